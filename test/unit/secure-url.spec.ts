import { describe, expect, it } from 'vitest';
import { isSecureUrl } from '../../lib/keys/secure-url.js';

describe('RFC 8414 §2: a URL that leads to its server', () => {
  it.each([
    'https://as.example.com/jwks',
    'https://127.0.0.1:8443',
    'http://localhost:3000/jwks',
    'http://as.localhost',
    'http://a.b.localhost',
    'http://127.0.0.1',
    'http://127.255.10.200:80/',
    'http://[::1]:3000',
  ])('is %s', (url) => {
    expect(isSecureUrl(url, false)).toBe(true);
  });

  it.each([
    'http://as.example.com',
    'http://localhost.example.com',
    'http://notlocalhost',
    'http://.localhost',
    'http://127.0.0.1.a',
    'http://128.0.0.1',
    'http://[::2]',
    'http://[1::1]',
    'http://[::1:1]',
  ])('is not %s, unless that was allowed', (url) => {
    expect(isSecureUrl(url, false)).toBe(false);
    expect(isSecureUrl(url, true)).toBe(true);
  });

  it.each([
    'ftp://localhost',
    'ws://localhost',
    'file:///jwks',
    'data:,',
    'localhost',
    '/jwks',
    '',
    undefined,
    null,
    5,
    ['https://as.example.com'],
    new URL('https://as.example.com'),
  ])('is never %o', (value) => {
    expect(isSecureUrl(value, false)).toBe(false);
    expect(isSecureUrl(value, true)).toBe(false);
  });
});
