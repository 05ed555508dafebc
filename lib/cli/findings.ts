/** Something that was found out about an authorization server or a fleet of services. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'problem';
  /** One sentence, without a full stop. */
  readonly title: string;
  /** What it was seen by. */
  readonly detail?: string;
  /** What to change, and where. */
  readonly remedy?: string;
}

/** The level of the worst of them. */
export function worstOf(findings: readonly Finding[]): Finding['level'] {
  const levels = ['problem', 'warning'] as const;
  return levels.find((level) => findings.some((each) => each.level === level)) ?? 'ok';
}
