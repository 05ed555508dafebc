import { visible } from '../terminal.js';

/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

type Value = string | number | Html | readonly Html[] | undefined;

/** HTML with values in it; all that is not HTML itself is escaped, whoever wrote it. */
export function html(literals: TemplateStringsArray, ...values: readonly Value[]): Html {
  const rest = values.map((value, index) => textOf(value) + (literals[index + 1] ?? ''));
  return new Html((literals[0] ?? '') + rest.join(''));
}

function textOf(value: Value): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return visible(String(value)).replaceAll(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);
}
