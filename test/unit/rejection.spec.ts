import { AccessTokenRejection, REJECTIONS, type RejectionReason } from 'nestjs-audience-auth';
import { describe, expect, it } from 'vitest';
import { challenge } from '../../lib/rejection/challenge.js';
import { rejection } from '../../lib/rejection/rejection.js';

const REASONS = Object.keys(REJECTIONS) as RejectionReason[];

describe.each(REASONS)('the rejection for %s', (reason) => {
  const { status, description } = REJECTIONS[reason];

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

it('RFC 6750 §3.1: a body names scopes only where there are any to name', () => {
  expect(new AccessTokenRejection('scope_insufficient').getResponse()).not.toHaveProperty('scope');
  expect(new AccessTokenRejection('scope_insufficient', ['a', 'b']).getResponse()).toMatchObject({
    scope: 'a b',
  });
  expect(new AccessTokenRejection('token_expired', ['a']).getResponse()).not.toHaveProperty(
    'scope',
  );
});
