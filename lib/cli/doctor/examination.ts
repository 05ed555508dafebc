import { Failure } from '../failure.js';
import type { Finding } from '../findings.js';
import { serviceSettings } from '../service-settings.js';
import { clockFindings } from './clock.js';
import { examineKeys } from './key-findings.js';
import { discover } from './metadata.js';
import { TokenExamination, type Complaint, type Service } from './token-examination.js';

/** What was found out. */
export interface Examination {
  readonly issuer: string;
  readonly findings: readonly Finding[];
  /** For each service, `AudienceAuthModule.forRoot({…})` as it fits. */
  readonly services: readonly Service[];
  /** Why it had to stop before its end. */
  readonly failure?: Failure;
}

/**
 * Examines an authorization server.
 *
 * @param step is told what is done next
 * @throws Failure if the server cannot be reached or is none
 */
export async function examine(
  complaint: Complaint,
  step: (text: string) => void,
): Promise<Examination> {
  const { issuer } = complaint;
  const settings = serviceSettings('doctor', { issuer, audience: 'https://audience.invalid' });
  const { findings, metadata, answers } = await discover(issuer, step);
  const [answer] = answers;
  const tolerance = settings.issuers[0]?.rules.clockToleranceSeconds ?? 0;
  const clock = answer ? clockFindings(answer, tolerance, Date.now() / 1000) : [];
  if (!metadata) return { issuer, findings: [...findings, ...clock], services: [] };
  step('fetching its keys');
  const { keys, findings: ofKeys } = await examineKeys(issuer, metadata.jwksUri, settings.keys);
  const before = [...findings, ...clock, ...ofKeys];
  const tokens = new TokenExamination(
    complaint,
    keys ?? 'the issuer has no keys to verify it with',
  );
  try {
    await tokens.run(metadata, step);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { what: title, remedy } = error;
    const stopped: Finding = { level: 'problem', title, ...(remedy !== undefined && { remedy }) };
    return {
      issuer,
      findings: [...before, ...tokens.findings, stopped],
      services: tokens.services,
      failure: error,
    };
  }
  return { issuer, findings: [...before, ...tokens.findings], services: tokens.services };
}
