import type { RejectionReason } from '../rejection/rejections.js';

/** What is to be said of a reason beside its row in the table. */
export interface ReasonText {
  readonly means: string;
  /** Where it can be mended. */
  readonly who: string;
  readonly mend: string;
}

const CLIENT = 'the client';
const SERVER = 'the authorization server';
const SERVICE = 'this service';

/** What is said of each reason, in Markdown. */
export const REASON_TEXTS: Readonly<Record<RejectionReason, ReasonText>> = {
  token_missing: {
    means:
      'There is no `Authorization` header, or it uses another scheme than `Bearer`. A handler that is not reached over HTTP (WebSocket, microservice, GraphQL) is refused with this reason too.',
    who: `${CLIENT}; ${SERVICE}, if the route is meant for everybody`,
    mend: 'Send `Authorization: Bearer <token>`. Tokens in the query, in a form or in a cookie are not looked at. A route for everybody is marked `@Public()`.',
  },
  request_malformed: {
    means:
      'The header cannot be read as one bearer token: two `Authorization` lines, `Bearer` with nothing after it, or something in or after the token that has no place there, such as quotes, a comma, a tab or a second word.',
    who: CLIENT,
    mend: 'Send one header line with the scheme, a space, and the token as it was issued. Look for a proxy that adds a line of its own.',
  },
  token_too_large: {
    means:
      'The token is longer than `maxTokenBytes` (16,384 unless set). It was not looked into. Node refuses headers of more than 16 KiB in all by itself, with 431, so with the defaults this comes up where a token is verified without a request.',
    who: `${SERVER}; ${SERVICE}, by \`maxTokenBytes\``,
    mend: 'Find out what makes the token so large, most often a list of groups or roles, and leave it out of the token. Raise `maxTokenBytes`, and Node’s `--max-http-header-size` with it, if it has to be that large.',
  },
  token_malformed: {
    means:
      'This is no signed JWT: not three parts, not canonical base64url, a header or payload that is no JSON object or has a name twice, an encrypted or nested token, or a `sub` or `jti` that is no proper string. A header or payload of more than 256 members, or nested deeper than 32 levels, counts as malformed too.',
    who: `${CLIENT}, with ${SERVER}`,
    mend: 'Look whether the token has two dots. If not, it is opaque: many authorization servers issue JWTs only when a client names the API it wants (`resource` or `audience`). See [authorization-servers.md](authorization-servers.md).',
  },
  critical_header_unsupported: {
    means:
      'The header has `crit` or `b64`: extensions that must be understood (RFC 7515 §4.1.11). None is understood here.',
    who: SERVER,
    mend: 'Issue access tokens without `crit` and `b64`.',
  },
  issuer_missing: {
    means: 'The token has no `iss`.',
    who: SERVER,
    mend: 'Have the authorization server write its issuer identifier into `iss`. Every server of [authorization-servers.md](authorization-servers.md) does.',
  },
  issuer_untrusted: {
    means:
      '`iss` is none of the configured issuers. The comparison is exact: a trailing slash, another host name, another tenant or another version of an endpoint is another issuer.',
    who: `${CLIENT}; ${SERVICE}, if its \`issuer\` is misspelt`,
    mend: 'Compare `iss` with the option `issuer`, character by character. If you mean to trust that issuer too, list both.',
  },
  algorithm_not_allowed: {
    means:
      '`alg` is not in the option `algorithms`, or is no asymmetric algorithm this package knows, or does not belong to the key that `kid` names.',
    who: `${SERVER}; ${SERVICE}, if \`algorithms\` was narrowed`,
    mend: 'Have tokens signed with RS, PS or ES (256, 384, 512), EdDSA or Ed25519. A secret that is shared (HS256) is never accepted: with it, every service could mint tokens for every other.',
  },
  key_unknown: {
    means:
      'No key of the issuer goes by the `kid` of the token, or the token has no `kid` and no key fits its algorithm. Keys were fetched less than `keys.cooldownMs` ago, or have just been fetched again and it was not among them, or the token would be refused for its claims anyway (issuer, lifetime, audience, kind, client), so that no fetch was made for it.',
    who: `${SERVER}; ${SERVICE}, if \`jwksUri\` is wrong`,
    mend: 'Compare `kid` with the issuer’s JWK set. If it is there, look at `aud` first: a token for another service causes no fetch. A key that was published a moment ago is found after `keys.cooldownMs` at the latest. Read the log: keys that are too short or otherwise unfit are named there.',
  },
  signature_invalid: {
    means:
      'The signature is not that of the key. The token was changed or cut, or signed by a key of another set under the same `kid`.',
    who: `${CLIENT}; ${SERVER}`,
    mend: 'Send the token exactly as it was issued. Check that the JWK set belongs to the environment the token comes from.',
  },
  expiry_missing: {
    means: 'The token has no `exp`, so it would be good for ever.',
    who: SERVER,
    mend: 'Have tokens issued with an expiry.',
  },
  time_claim_malformed: {
    means:
      '`exp`, `nbf` or `iat` is no number of seconds since 1970: a string, a negative number, `exp: 0`, or a time after the year 2242, as milliseconds would be.',
    who: SERVER,
    mend: 'Have times written as numbers, in seconds.',
  },
  token_expired: {
    means: 'The time of `exp` and `clockToleranceSeconds` (5 unless set) have passed.',
    who: CLIENT,
    mend: 'Get a new token and send the request again. If tokens expire the moment they are issued, compare the clocks of both machines.',
  },
  token_not_yet_valid: {
    means:
      '`nbf`, or `iat` unless `maxTokenAgeSeconds` is `false`, lies in the future by more than `clockToleranceSeconds`.',
    who: `${SERVICE}, with ${SERVER}`,
    mend: 'Compare the clocks of both machines. Allow more with `clockToleranceSeconds`, up to 300, if they cannot be set right.',
  },
  token_too_old: {
    means:
      'More than `maxTokenAgeSeconds` (a day unless set) have passed since `iat`, although the token has not expired.',
    who: `${SERVER}; ${SERVICE}, by \`maxTokenAgeSeconds\``,
    mend: 'Issue tokens for a shorter time. Or raise `maxTokenAgeSeconds`; `false` accepts any age, and a future `iat` too.',
  },
  audience_missing: {
    means:
      'The token has no `aud`. It was minted for nobody in particular, so any service that took it could use it at any other.',
    who: `${SERVER}, or ${CLIENT}`,
    mend: 'Make the authorization server write this service’s identifier into `aud`. How, depends on the server: see [authorization-servers.md](authorization-servers.md). There is no option that does without.',
  },
  audience_malformed: {
    means: '`aud` is neither a string nor a list of strings, or the list is empty.',
    who: SERVER,
    mend: 'Have `aud` written as a string or a list of strings (RFC 7519 §4.1.3).',
  },
  audience_mismatch: {
    means:
      'The token was minted for another service. This is what the package is here for: a client sent the wrong token, or somebody passed on a token that they received.',
    who: `${CLIENT}; ${SERVICE}, if its \`audience\` is not what the server calls it`,
    mend: 'Ask for a token for this service. If you did, compare `aud` with the option `audience`, character by character: case counts, and so does a slash at the end, except after a bare host. An ID token has the client for its audience and is refused here as well.',
  },
  audience_not_exclusive: {
    means:
      'The token is for this service and for another one that `coAudiences` does not allow. That service could use it here.',
    who: `${CLIENT}, with ${SERVER}; ${SERVICE}, by \`coAudiences\``,
    mend: 'Ask for a token for this service alone. If the other audience is harmless, such as the `/userinfo` of the authorization server, list it in `coAudiences`.',
  },
  token_kind_unexpected: {
    means:
      'This is an ID token, a logout token or another kind of JWT; or, under the profile `auto`, nothing shows that it is an access token; or, under `rfc9068`, its header `typ` is neither `at+jwt` nor listed in `acceptTyp`.',
    who: `${CLIENT}, if it sent the wrong token; ${SERVER} or ${SERVICE}, if it did not`,
    mend: 'Send the access token. If it is one: have it marked with `typ: at+jwt`, the surest way, or issued with a scope. A `typ` of the server’s own goes into `acceptTyp`.',
  },
  required_claim_missing: {
    means:
      'Under the profile `rfc9068`, one of `sub`, `client_id`, `iat` and `jti` is missing (RFC 9068 §2.2).',
    who: `${SERVER}; ${SERVICE}, by \`tokenProfile\``,
    mend: "Have the claim issued. Or use `tokenProfile: 'auto'` for this issuer, which does not ask for them.",
  },
  client_not_authorized: {
    means:
      'The token is good, and its client is none of those listed: 401 if the option `authorizedParties` says so for the whole service, 403 if `@RequireClient` says so for this route. A token that names no client is refused as well. The 403 has its error in the body and none in the challenge, because another token would not help.',
    who: SERVICE,
    mend: 'Add the client to the list, if it shall have access. The client is `client_id`, else `azp`, else `cid` or `appid`.',
  },
  proof_required: {
    means:
      'The token is bound to a key (`cnf`: DPoP or mutual TLS). Taken without proof of that key it would be worth less than it was issued for, and this package cannot check the proof.',
    who: SERVER,
    mend: 'Have plain bearer tokens issued for this service, or put a gateway before it that checks the proof and exchanges the token for a plain one.',
  },
  scope_insufficient: {
    means:
      'The token is good and lacks a scope that the route, or the MCP tool, requires. Challenge and body name in `scope` all that are needed; of alternatives (`@RequireAnyScope`), the first.',
    who: `${CLIENT}; ${SERVER}, if it does not grant the scope; ${SERVICE}, by \`scopeClaims\``,
    mend: 'Ask for a token with these scopes. If the token has them elsewhere than in `scope` or `scp`, name that claim in `scopeClaims`, such as `permissions`. If a greater scope should include a smaller one, say so in `scopeHierarchy`.',
  },
  authentication_insufficient: {
    means:
      'Kept for step-up authentication (RFC 9470). Nothing in this version refuses a request for it.',
    who: 'nobody, yet',
    mend: 'There is nothing to do.',
  },
};

/** Markdown as plain text: links become the documents they lead to. */
export function plain(markdown: string): string {
  return markdown
    .replaceAll(/\[([^\]]*)\]\(([^)]*)\)/g, (_link, _text, target: string) => `docs/${target}`)
    .replaceAll(/[`*]|\b_|_\b/g, '');
}
