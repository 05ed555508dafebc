import type { Addresses } from '../processes/system.js';
import type { Printer, Verdict } from './printer.js';
import type { Step } from './step.js';
import { theRightToken, theWrongToken, tooLittleScope } from './steps/audience.js';
import { aPersonsClient } from './steps/mcp-interactive.js';
import { anAgent } from './steps/mcp.js';
import { timePasses } from './steps/time.js';
import { theTutorials } from './steps/tutorial.js';
import { prepareWorld } from './world.js';

/**
 * Plays the story against the running system and prints it.
 *
 * @returns whether every answer was the expected one
 * @throws the signal's reason, when it is interrupted
 */
export async function playStory(
  addresses: Addresses,
  printer: Printer,
  signal: AbortSignal,
): Promise<boolean> {
  const world = await prepareWorld(addresses);
  const chapters = [
    theRightToken(world),
    theWrongToken(world),
    tooLittleScope(world),
    anAgent(world),
    aPersonsClient(world),
    theTutorials(world),
    timePasses(world),
  ];

  const verdicts: Verdict[] = [];
  for (const { title, steps, begin, close } of chapters) {
    printer.title(title);
    await begin?.(signal);
    for (const step of steps) {
      const verdict = await play(step);
      signal.throwIfAborted();
      printer.step(step, verdict);
      verdicts.push(verdict);
    }
    await close?.();
  }
  const wrong = verdicts.filter(({ isExpected }) => !isExpected).length;
  printer.title(
    wrong === 0
      ? `All ${verdicts.length} answers are the expected ones.`
      : `${wrong} of ${verdicts.length} answers are not the expected ones.`,
  );
  return wrong === 0;
}

async function play({ send, status, reason, why }: Step): Promise<Verdict> {
  try {
    const answer = await send();
    const isExpected = answer.status === status && answer.reason === reason;
    const expectation = `expected ${status} ${reason ?? 'let in'}`;
    return {
      answer,
      isExpected,
      why: isExpected ? (typeof why === 'string' ? why : why(answer)) : expectation,
    };
  } catch (error) {
    return { isExpected: false, why: String(error) };
  }
}
