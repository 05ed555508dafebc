import { styleText } from 'node:util';
import type { Answer } from './answer.js';
import type { Step } from './step.js';

const WIDTHS = { request: 34, token: 32, reason: 22, line: 100 };

/** How a step went. */
export interface Verdict {
  readonly answer?: Answer;
  readonly isExpected: boolean;
  readonly why: string;
}

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow';

/** Prints the story: a line for what was asked and answered, and beneath it why. Colours on a terminal only. */
export class Printer {
  private readonly isColoured = process.stdout.isTTY && !process.env.NO_COLOR;

  title(text: string): void {
    this.print(`\n${this.styled('bold', text)}`);
  }

  step({ request, token, leak }: Step, { answer, isExpected, why }: Verdict): void {
    const { status = '---', reason = leak ? 'LEAK' : 'let in' } = answer ?? { reason: 'no answer' };
    const outcome = `${status}  ${reason.padEnd(WIDTHS.reason)}`;
    const style = leak ? 'yellow' : Number(status) < 300 ? 'green' : 'red';
    const asked = `  ${request.padEnd(WIDTHS.request)}${token.padEnd(WIDTHS.token)}`;
    const verdict = isExpected ? this.styled('green', '✓') : this.styled('red', '✗');
    this.print(`${asked}${this.styled(style, outcome)}${verdict}`);
    for (const line of wrapped(why)) this.print(this.styled('dim', `      ${line}`));
  }

  /** The output of a command. */
  lines(text: string): void {
    for (const line of text.trimEnd().split('\n')) this.print(`  ${line}`);
  }

  /** How a command ended, whether it should have, and more about it. */
  verdict(text: string, isExpected: boolean, more: string): void {
    const sign = isExpected ? this.styled('green', '✓') : this.styled('red', '✗');
    this.print(`  ${text} ${sign}`);
    for (const line of wrapped(more)) this.print(this.styled('dim', `      ${line}`));
  }

  private styled(style: Style, text: string): string {
    return this.isColoured ? styleText(style, text) : text;
  }

  private print(line: string): void {
    process.stdout.write(`${line}\n`);
  }
}

function wrapped(text: string): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length >= WIDTHS.line - 6 && line !== '') lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}
