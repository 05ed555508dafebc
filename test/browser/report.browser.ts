import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { replayPage } from '../../lib/cli/replay/replay-page.js';
import type { ReplayReport } from '../../lib/cli/replay/replay-report.js';
import { folder } from '../cli/fleet.js';
import { chromiumPath } from './chromium.js';
import { faintTexts } from './contrast.js';
import { closedReport, HOSTILE_NAME, largeReport, variedReport } from './reports.js';

const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 900 };

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: chromiumPath() ?? '' });
});
afterAll(() => browser.close());

/** Opens a report as its reader does: a file, in a browser that is set up like this. */
async function open(report: ReplayReport, options: BrowserContextOptions = {}): Promise<Page> {
  const path = join(await folder(), 'report.html');
  await writeFile(path, replayPage(report, new Date('2026-07-28T12:00:00Z')));
  const context = await browser.newContext({ viewport: DESK, ...options });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  requests.length = 0;
  page.on('request', (request) => requests.push(request.url()));
  complaints.length = 0;
  page.on('console', (message) => complaints.push(message.text()));
  page.on('dialog', (dialog) => void dialog.dismiss().then(() => complaints.push('a dialog')));
  await page.goto(pathToFileURL(path).href);
  return page;
}
const requests: string[] = [];
const complaints: string[] = [];

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

describe('a report in a browser', () => {
  it('needs no script, and nothing from anywhere', async () => {
    const page = await open(await variedReport(), { javaScriptEnabled: false });
    expect(await page.locator('h1').innerText()).toBe('A token crossed over');
    expect(await page.locator('.findings > li').count()).toBeGreaterThan(2);
    expect(await page.locator('.evidence > li').last().isVisible()).toBe(true);
    expect(requests).toHaveLength(1);
    expect(await page.locator('script, link, img, iframe, object').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('shows what others wrote as text', async () => {
    const page = await open(await variedReport());
    expect(await page.locator('thead th').last().innerText()).toBe(HOSTILE_NAME);
    expect(await page.locator('.service h3').last().innerText()).toBe(HOSTILE_NAME);
    expect(complaints).toEqual([]);
  });

  it('shows the matrix as a table: which token, at which service, and in words what came of it', async () => {
    const page = await open(await closedReport());
    expect(
      await page
        .getByRole('region', { name: 'Every token at every service' })
        .locator('table')
        .ariaSnapshot(),
    ).toBe(`- table "A frame shows where a token belongs.":
  - caption: A frame shows where a token belongs.
  - rowgroup:
    - row "token tickets code-search":
      - cell "token"
      - columnheader "tickets"
      - columnheader "code-search"
  - rowgroup:
    - row "token for tickets let in, 200 refused, 401":
      - rowheader "token for tickets"
      - cell "let in, 200"
      - cell "refused, 401"
    - row "token for code-search refused, 401 let in, 200":
      - rowheader "token for code-search"
      - cell "refused, 401"
      - cell "let in, 200"
    - row "no token refused, 401 refused, 401":
      - rowheader "no token"
      - cell "refused, 401"
      - cell "refused, 401"
    - row "garbage refused, 401 refused, 401":
      - rowheader "garbage"
      - cell "refused, 401"
      - cell "refused, 401"`);
  });

  it('has one h1, and headings that skip no level', async () => {
    const page = await open(await variedReport());
    const levels = await page
      .locator('h1, h2, h3, h4')
      .evaluateAll((all) => all.map(({ tagName }) => Number(tagName[1])));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.title()).toBe('A token crossed over – audience-auth replay');
  });

  it('tells verdicts apart without colours', async () => {
    const page = await open(await variedReport());
    const cells = await page
      .locator('tbody .cell')
      .evaluateAll((all) =>
        all.map((each) => [each.getAttribute('class'), each.firstElementChild?.textContent]),
      );
    const signs = new Map(cells.map(([name, sign]) => [name, sign]));
    expect(Object.fromEntries(signs)).toEqual({
      'cell in': '✓',
      'cell out': '✗',
      'cell over': '!',
      'cell open': '?',
    });
  });

  it.each(['light', 'dark'] as const)(
    'WCAG 1.4.3: has no faint text by %s',
    async (colorScheme) => {
      const page = await open(await variedReport(), { colorScheme });
      expect(await faintTexts(page)).toEqual([]);
    },
  );

  it('is dark where the reader has it dark, and light where not', async () => {
    const paper = async (colorScheme: 'light' | 'dark'): Promise<string> => {
      const page = await open(await closedReport(), { colorScheme });
      return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    };
    expect(await paper('light')).toBe('rgb(251, 250, 247)');
    expect(await paper('dark')).toBe('rgb(20, 22, 26)');
  });
});

describe('a report on a phone', () => {
  it.each([
    ['of a few services', variedReport],
    ['of many services with long names', largeReport],
  ])('%s is not wider than the screen', async (_which, made) => {
    const page = await open(await made(), { viewport: PHONE });
    expect(await overflow(page)).toBe(0);
  });

  it('shows a matrix of four services whole', async () => {
    const page = await open(await variedReport(), { viewport: PHONE });
    const hidden = await page
      .locator('.scroll')
      .evaluate((each) => each.scrollWidth - each.clientWidth);
    expect(hidden).toBe(0);
  });

  it('lets a larger matrix be moved by finger and by keyboard', async () => {
    const page = await open(await largeReport(), { viewport: PHONE });
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    await expect
      .poll(() => page.locator('.scroll').evaluate((each) => each.scrollLeft))
      .toBeGreaterThan(0);
  });

  it('has letters that can be read', async () => {
    const page = await open(await variedReport(), { viewport: PHONE });
    const sizes = await page
      .locator('body *')
      .evaluateAll((all) => all.map((each) => parseFloat(getComputedStyle(each).fontSize)));
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(12);
  });
});

describe('a report on paper', () => {
  it('is black on white, whatever the screen is, and keeps its signs', async () => {
    const page = await open(await variedReport(), { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      'rgb(255, 255, 255)',
    );
    expect(await faintTexts(page)).toEqual([]);
  });

  it.each([
    ['a few services', variedReport],
    ['many services with long names', largeReport],
  ])('fits on A4: %s', async (_which, made) => {
    // What is left of 210 mm between margins of 16 mm.
    const page = await open(await made(), { viewport: { width: 672, height: 900 } });
    await page.emulateMedia({ media: 'print' });
    expect(await overflow(page)).toBe(0);
  });

  it('has as many pages as all of it needs', async () => {
    const page = await open(await variedReport());
    const pdf = await page.pdf({ format: 'A4' });
    const pages = pdf.toString('latin1').match(/\/Type \/Page\b(?!s)/g) ?? [];
    expect(pages.length).toBeGreaterThanOrEqual(2);
    expect(pages.length).toBeLessThanOrEqual(4);
  });
});
