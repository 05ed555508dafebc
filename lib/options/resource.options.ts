/** RFC 9728 §2: what the metadata says of this service. */
export interface ResourceOptions {
  /**
   * The resource identifier: the URL under which clients know this service. Not always its audience: some authorization
   * servers put another name into `aud`.
   *
   * @default each `audience` that is an https URL
   */
  readonly url?: string;
  /** A name for people. */
  readonly name?: string;
  /** URL of a page for developers. */
  readonly documentation?: string;
  /** URL of a page on how data may be used. */
  readonly policy?: string;
  /** URL of the terms of service. */
  readonly termsOfService?: string;
  /**
   * The scopes that clients are told of.
   *
   * @default all that routes and tools require
   */
  readonly scopesSupported?: readonly string[];
}
