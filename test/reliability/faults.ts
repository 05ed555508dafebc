import { DOCUMENT_FAULTS } from './document-faults.js';
import type { Consequence, DocumentName, Fault } from './fault.js';
import { TRANSPORT_FAULTS } from './transport-faults.js';

/**
 * Everything that can be wrong with the answers of an authorization server, as far as anybody has thought of it. A new
 * fault is a new row; without its consequences it does not compile.
 */
export const FAULTS: Readonly<Record<string, Fault>> = { ...TRANSPORT_FAULTS, ...DOCUMENT_FAULTS };

/** One fault in one document. */
export interface Case {
  readonly fault: string;
  readonly document: DocumentName;
  readonly spoil: Fault['spoil'];
  readonly consequence: Consequence;
}

/** Every fault in every document that can have it. */
export const CASES: readonly Case[] = Object.entries(FAULTS).flatMap(([fault, row]) =>
  (['keys', 'metadata'] as const).flatMap((document) => {
    const consequence = row[document];
    return consequence === 'cannot have it'
      ? []
      : [{ fault, document, spoil: row.spoil, consequence }];
  }),
);
