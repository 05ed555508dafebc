import type { SigningKeySet } from '../../keys/signing-key-set.js';
import { InvalidOptionsError } from '../../options/problems.js';
import { tokenEndpoint, type Client } from '../client/token-client.js';
import type { Finding } from '../findings.js';
import { findingWithout, refusals, treatment, treatmentFinding } from './audience-findings.js';
import { fit, forRootText, judge, type Fit } from './for-root.js';
import { idTokenFindings } from './id-token-findings.js';
import type { Metadata } from './metadata.js';
import { tokenFindings, verdictFindings } from './token-findings.js';
import { audiencesOf, Trials, type Parameter, type Trial } from './trials.js';

/** What is to be found out. */
export interface Complaint {
  readonly issuer: string;
  readonly client?: Client;
  /** The services that tokens are asked for. */
  readonly resources: readonly string[];
  readonly scope?: string;
}

/** A service, and how it is set up for the tokens of this authorization server. */
export interface Service {
  readonly audience: string;
  /** `AudienceAuthModule.forRoot({…})`. */
  readonly forRoot: string;
  /** Whether a token was seen that it lets in. */
  readonly proven: boolean;
}

/** What came of asking with one parameter. */
interface Treated {
  readonly parameter: Parameter;
  readonly answers: readonly Trial[];
  /** Whether each token is for one service. */
  readonly isGood: boolean;
}

/** The part of an examination that needs tokens. What was found is there also if it had to stop. */
export class TokenExamination {
  readonly findings: Finding[] = [];
  readonly services: Service[] = [];
  private readonly fits: { readonly resource: string; readonly fit: Fit }[] = [];
  private readonly scopes: readonly string[];

  constructor(
    private readonly complaint: Complaint,
    private readonly keys: SigningKeySet | string,
  ) {
    this.scopes = complaint.scope?.split(' ').filter((each) => each !== '') ?? [];
  }

  /** @throws Failure if no token can be asked for */
  async run({ document, url }: Metadata, step: (text: string) => void): Promise<void> {
    const { client, resources, scope } = this.complaint;
    if (client === undefined) {
      for (const resource of resources) this.fitService(resource, {});
      return;
    }
    const trials = new Trials(tokenEndpoint(document, url), client, scope, step);
    const without = await trials.without();
    this.findings.push(findingWithout(without, resources.length > 0));
    const { parameter, answers, isGood } = await this.treatments(trials, resources, without);
    this.add(...refusals(answers));
    for (const answer of answers) this.judgeService(answer, isGood);
    this.compareServices(answers);
    if (resources.length === 0) this.judgeService(without, false);
    const access = answers.find(({ jws }) => jws !== undefined) ?? without;
    await this.lookForIdToken(trials, parameter, access, document);
  }

  /** With `resource`; and if that comes to nothing, with `audience`. */
  private async treatments(
    trials: Trials,
    resources: readonly string[],
    without: Trial,
  ): Promise<Treated> {
    if (resources.length === 0) return { parameter: 'resource', answers: [], isGood: false };
    const [ofResource, first] = await this.treated('resource', trials, resources, without);
    if (ofResource.isGood) {
      this.findings.push(first);
      return ofResource;
    }
    const [ofAudience, second] = await this.treated('audience', trials, resources, without);
    // A client that sends `audience` is well served: no hole, but MCP clients send `resource`.
    this.findings.push(ofAudience.isGood ? { ...first, level: 'warning' } : first, second);
    return ofAudience.isGood ? ofAudience : ofResource;
  }

  private async treated(
    parameter: Parameter,
    trials: Trials,
    resources: readonly string[],
    without: Trial,
  ): Promise<[Treated, Finding]> {
    const answers = await trials.forEach(parameter, resources);
    const what = treatment(answers, without);
    const isGood = what === 'honoured' || what === 'renamed';
    return [{ parameter, answers, isGood }, treatmentFinding(parameter, what, answers)];
  }

  /**
   * What the token for a service looks like, and what the service would say of it.
   *
   * @param isNamed whether the token is for the service because that was named
   */
  private judgeService(answer: Trial, isNamed: boolean): void {
    const { jws, token, resource } = answer;
    const own = audiencesOf(answer);
    const audience =
      resource !== undefined && own.includes(resource) ? resource : (own[0] ?? resource);
    if (audience === undefined || token === undefined) return;
    if (jws) this.add(...tokenFindings(jws, audience, this.scopes));
    const found = this.fitService(audience, answer, isNamed ? resource : undefined);
    if (found?.inspection) this.add(...verdictFindings(found.inspection, audience));
  }

  /** What holds of several tokens is said once. */
  private add(...findings: readonly Finding[]): void {
    const known = new Set(this.findings.map((each) => JSON.stringify(each)));
    this.findings.push(...findings.filter((each) => !known.has(JSON.stringify(each))));
  }

  private fitService(audience: string, trial: Trial, resource?: string): Fit | undefined {
    const { issuer } = this.complaint;
    const { keys, scopes } = this;
    try {
      const found = fit(
        { issuer, audience, trial, keys, scopes, ...(resource !== undefined && { resource }) },
        Date.now() / 1000,
      );
      const forRoot = forRootText(found.options);
      if (this.services.every((each) => each.forRoot !== forRoot))
        this.services.push({ audience, forRoot, proven: found.inspection?.verdict === 'let in' });
      this.fits.push({ resource: trial.resource ?? audience, fit: found });
      return found;
    } catch (error) {
      if (!(error instanceof InvalidOptionsError)) throw error;
      const [, problem = ''] = error.message.split('\n');
      this.findings.push({
        level: 'problem',
        title: `no service can go by that name: ${problem.replaceAll(/^ *- |\.$/g, '')}`,
      });
      return undefined;
    }
  }

  /** Whether the token for one service is let in at another. */
  private compareServices(answers: readonly Trial[]): void {
    for (const { resource: service, fit: found } of this.fits) {
      for (const { resource, token, jws } of answers) {
        if (token === undefined || !jws || resource === undefined || resource === service) continue;
        const { verdict, reason } = judge(token, found.settings, this.keys, Date.now() / 1000);
        this.findings.push(
          verdict === 'let in'
            ? {
                level: 'problem',
                title: `a token for ${resource} is let in at ${service}`,
                remedy: 'Have aud hold the one service that was asked for.',
              }
            : {
                level: 'ok',
                title: `a token for ${resource} is refused at ${service}: ${reason ?? verdict}`,
              },
        );
      }
    }
  }

  private async lookForIdToken(
    trials: Trials,
    parameter: Parameter,
    access: Trial,
    document: Metadata['document'],
  ): Promise<void> {
    const { resource, jws } = access;
    const found = this.fits.find((each) => resource === undefined || each.resource === resource);
    if (!found || !jws) return;
    const supported = document.scopes_supported;
    const asks = Array.isArray(supported) && supported.includes('openid');
    const openId = asks
      ? await trials.withOpenId(resource === undefined ? {} : { [parameter]: resource })
      : access;
    const [audience = found.resource] = found.fit.settings.issuers[0]?.rules.audience ?? [];
    const { client } = this.complaint;
    this.add(
      ...idTokenFindings(
        found.fit,
        { audience, clientId: client?.clientId, idToken: openId.idToken, keys: this.keys },
        Date.now() / 1000,
      ),
    );
  }
}
