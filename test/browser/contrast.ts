import type { Page } from 'playwright-core';

/** Text that does not stand out from what is behind it: fewer than 4.5 to 1 (WCAG 2.2, 1.4.3). */
export function faintTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    type Colour = [number, number, number, number];
    const parsed = (colour: string): Colour => {
      const [r = 0, g = 0, b = 0, a = 1] = (colour.match(/[\d.]+/g) ?? []).map(Number);
      return [r, g, b, a];
    };
    const luminance = ([r, g, b]: Colour): number => {
      const [x = 0, y = 0, z = 0] = [r, g, b]
        .map((each) => each / 255)
        .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
      return 0.2126 * x + 0.7152 * y + 0.0722 * z;
    };
    const behind = (element: Element | null): Colour => {
      if (element === null) return [255, 255, 255, 1];
      const colour = parsed(getComputedStyle(element).backgroundColor);
      return colour[3] === 1 ? colour : behind(element.parentElement);
    };
    const texts = [...document.body.querySelectorAll('*')].filter((element) =>
      [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
    );
    return texts.flatMap((element) => {
      const one = luminance(parsed(getComputedStyle(element).color));
      const other = luminance(behind(element));
      const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
      return ratio >= 4.5 ? [] : [`${ratio.toFixed(2)}: ${element.textContent}`];
    });
  });
}
