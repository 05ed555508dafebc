/** As many characters in a row of a secret are enough to count as a part of it. */
const PART = 8;

/** Opaque things of this length in what a server says are left out, known or not: it may have encoded what it was sent. */
const OPAQUE = /[A-Za-z0-9_+=-]{32,}/g;

const LEFT_OUT = '[…]';

/**
 * Tokens and secrets that were read, so that nothing of them is printed: a server may repeat what it was sent, and a file
 * may have it in the wrong place.
 */
export class Secrets {
  private readonly parts = new Set<string>();
  private readonly short = new Set<string>();

  /** Remembers a token or a secret, in every form that it is sent in. */
  add(secret: string): void {
    const encoded = [encodeURIComponent(secret), Buffer.from(secret).toString('base64')];
    for (const form of [secret, ...encoded]) {
      const text = lowerCase(form);
      if (text.length < PART) this.short.add(text);
      for (let at = 0; at + PART <= text.length; at += 1) this.parts.add(text.slice(at, at + PART));
    }
  }

  /** The text without any part of a secret. */
  without(text: string): string {
    const plain = lowerCase(text);
    const hidden = new Set<number>();
    const hide = (from: number, length: number): void => {
      for (let at = from; at < from + length; at += 1) hidden.add(at);
    };
    for (let at = 0; at + PART <= plain.length; at += 1) {
      if (this.parts.has(plain.slice(at, at + PART))) hide(at, PART);
    }
    for (const secret of this.short) {
      if (secret.length < 4) continue;
      for (let at = plain.indexOf(secret); at !== -1; at = plain.indexOf(secret, at + 1)) {
        hide(at, secret.length);
      }
    }
    if (hidden.size === 0) return text;
    let kept = '';
    for (let at = 0; at < text.length; at += 1) {
      if (!hidden.has(at)) kept += text[at];
      else if (!hidden.has(at - 1)) kept += LEFT_OUT;
    }
    return kept;
  }

  /** What a server said, as it may be repeated. */
  quoted(text: string): string {
    return this.without(text).replaceAll(OPAQUE, (run) =>
      /\d/.test(run) && /[a-z]/.test(run) && /[A-Z]/.test(run) ? LEFT_OUT : run,
    );
  }
}

/** Of ASCII only, so that no letter becomes two. */
function lowerCase(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
