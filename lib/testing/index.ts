export type { PublishedDocument } from './document-server.js';
export type { Fault } from './fault.js';
export type { HostileToken } from './hostile-token.js';
export { hostileTokens } from './hostile-tokens.js';
export {
  TestAuthorizationServer,
  type TestAuthorizationServerOptions,
} from './test-authorization-server.js';
