import type { Answer } from './answer.js';

/** One request of the story, and the answer it must get. */
export interface Step {
  /** What is asked for, and where. */
  readonly request: string;
  /** With which token. */
  readonly token: string;
  readonly send: () => Promise<Answer>;
  readonly status: number;
  /** Of a refusal by this library. */
  readonly reason?: string;
  /** One line; may quote the answer. */
  readonly why: string | ((answer: Answer) => string);
  /** Expected, and wrong all the same: what a service without the library lets in. */
  readonly leak?: true;
}

export interface Chapter {
  readonly title: string;
  readonly steps: readonly Step[];
  /** Comes before the steps; may be interrupted. */
  readonly begin?: (signal: AbortSignal) => Promise<unknown>;
  /** Comes after them. */
  readonly close?: () => Promise<unknown>;
}
