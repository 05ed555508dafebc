export { toAuthInfo, withAuthInfo, type McpAuthInfo } from './auth-info.js';
export { RequireToolScopes } from './tool-scopes.js';
