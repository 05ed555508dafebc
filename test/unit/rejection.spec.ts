import { describe, expect, it } from 'vitest';
import { challenge } from '../../lib/rejection/challenge.js';
import { CLIENT_FORBIDDEN, rejection, rejectionBody } from '../../lib/rejection/rejection.js';
import { REJECTIONS, type RejectionReason } from '../../lib/rejection/rejections.js';
import { AccessTokenRejection } from '../../lib/verification/access-token-rejection.js';
import { ANSWERS } from '../support/expect-rejection.js';

const REASONS = Object.keys(REJECTIONS) as RejectionReason[];

describe.each(REASONS)('the rejection for %s', (reason) => {
  const { status, description } = REJECTIONS[reason];
  const [promisedStatus, error, words] = ANSWERS[reason];
  const promised = { ...(error !== undefined && { error }) };

  it('RFC 6750 §3 (HDR-05): is described in characters that a challenge can hold', () => {
    expect(description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(description).not.toContain('=');
  });

  it('has the status and the words of its row', () => {
    const thrown = new AccessTokenRejection(reason);
    expect(thrown.getStatus()).toBe(status);
    expect(thrown.reason).toBe(reason);
    expect(thrown.message).toBe(description);
    expect(thrown.getResponse()).toMatchObject({ statusCode: status, reason });
  });

  it('RFC 6750 §3.1: has the status, the code and the words that clients were promised', () => {
    expect(rejection(reason)).toStrictEqual({
      reason,
      status: promisedStatus,
      ...promised,
      description: words,
    });
    expect(rejectionBody(rejection(reason), ['a', 'b'], 'cafe')).toStrictEqual({
      statusCode: promisedStatus,
      ...promised,
      error_description: words,
      reason,
      ...(reason === 'scope_insufficient' && { scope: 'a b' }),
      trace: 'cafe',
    });
  });

  it('RFC 6750 §3 (HDR-01, HDR-08): makes a challenge that is never empty', () => {
    const header = challenge(rejection(reason), ['a', 'b'], {});
    expect(header).toMatch(/^Bearer \w+="[^"]+"(?:, \w+="[^"]+")*$/);
  });
});

it('RFC 9470 §3: a different authentication level has an error code of its own', () => {
  const scopes = ['files:read'];
  expect(challenge(rejection('authentication_insufficient'), scopes, { realm: 'files' })).toBe(
    'Bearer error="insufficient_user_authentication", scope="files:read", realm="files", ' +
      'error_description="A different authentication level is required"',
  );
});

describe('RFC 6750 §3: a challenge', () => {
  const resourceMetadata = 'https://api.example.com/.well-known/oauth-protected-resource';
  const metadata = `resource_metadata="${resourceMetadata}"`;
  const settings = { realm: 'files', resourceMetadata };

  it('says what there is to say, the description last', () => {
    expect(challenge(rejection('scope_insufficient'), ['a', 'b'], settings)).toBe(
      `Bearer error="insufficient_scope", scope="a b", ${metadata}, realm="files", ` +
        'error_description="A required scope is missing"',
    );
    expect(challenge(rejection('token_expired'), ['a'], settings)).toBe(
      `Bearer error="invalid_token", scope="a", ${metadata}, realm="files", ` +
        'error_description="The access token expired"',
    );
  });

  it('names no error where no token was sent', () => {
    const missing = rejection('token_missing');
    expect(challenge(missing, ['a'], settings)).toBe(
      `Bearer scope="a", ${metadata}, realm="files"`,
    );
    expect(challenge(missing, [], { resourceMetadata })).toBe(`Bearer ${metadata}`);
    expect(challenge(missing, [], {})).toBe('Bearer realm="api"');
  });

  it('names no scopes where they would not help', () => {
    expect(challenge(rejection('request_malformed'), ['a'], {})).toBe(
      'Bearer error="invalid_request", error_description="The Authorization header is malformed"',
    );
    expect(challenge(CLIENT_FORBIDDEN, ['a'], { realm: 'files' })).toBe('Bearer realm="files"');
  });
});

it('the body of a refusal of a client says so', () => {
  expect(rejectionBody(CLIENT_FORBIDDEN, ['a'], 'cafe')).toStrictEqual({
    statusCode: 403,
    error: 'access_denied',
    error_description: 'The client is not authorized for this operation',
    reason: 'client_not_authorized',
    trace: 'cafe',
  });
});

it('RFC 6750 §3.1: a body names scopes only where there are any to name', () => {
  expect(new AccessTokenRejection('scope_insufficient').getResponse()).not.toHaveProperty('scope');
  expect(new AccessTokenRejection('scope_insufficient', ['a', 'b']).getResponse()).toMatchObject({
    scope: 'a b',
  });
  expect(new AccessTokenRejection('token_expired', ['a']).getResponse()).not.toHaveProperty(
    'scope',
  );
});
