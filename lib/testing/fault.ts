/**
 * What a `TestAuthorizationServer` answers instead of a document: a status without a body, nothing at all, or this text
 * as if it were the document.
 */
export type Fault =
  { readonly status: number } | { readonly hang: true } | { readonly body: string };

/** @throws TypeError that says what a fault can be */
export function checkFault(fault: unknown): void {
  const { status, hang, body } = (fault ?? {}) as { [name: string]: unknown };
  if (hang === true || typeof body === 'string') return;
  if (Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599) return;
  throw new TypeError(
    'This is no fault that can be played. Give { status: 500 } (200 to 599), { hang: true } or { body: "…" }.',
  );
}
