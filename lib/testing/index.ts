export type { PublishedDocument } from './document-server.js';
export type { Fault } from './fault.js';
export {
  TestAuthorizationServer,
  type TestAuthorizationServerOptions,
} from './test-authorization-server.js';
