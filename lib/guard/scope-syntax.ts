import { isScope } from '../verification/scopes.js';

/** Returns the scopes, or throws an error that names the decorator and what is wrong with its arguments. */
export function checkedScopes(decorator: string, scopes: readonly string[]): readonly string[] {
  if (scopes.length === 0) throw new TypeError(`@${decorator}() needs at least one scope.`);
  for (const scope of scopes) {
    if (!isScope(scope)) {
      throw new TypeError(
        `@${decorator}(): ${JSON.stringify(scope) ?? String(scope)} is not a scope. ` +
          'A scope is printable ASCII without spaces, quotes and backslashes; give several as several arguments.',
      );
    }
    if (scope === 'offline_access') {
      throw new TypeError(
        `@${decorator}(): offline_access asks for a refresh token and grants nothing at a resource server; remove it.`,
      );
    }
  }
  return scopes;
}
