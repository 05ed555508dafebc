import { writeFile } from 'node:fs/promises';
import { EXIT, Failure } from '../failure.js';

/**
 * Writes a report.
 *
 * @throws Failure if it cannot be written
 */
export async function writeReport(path: string, page: string): Promise<void> {
  try {
    await writeFile(path, page);
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new Failure(EXIT.file, `the report cannot be written to ${path} (${code})`, undefined, {
      cause: error,
    });
  }
}
