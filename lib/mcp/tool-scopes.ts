import { requiring, type RouteDecorator } from '../guard/decorators.js';
import { checkedScopes } from '../guard/scope-syntax.js';

/**
 * What each tool of an MCP route needs: a `tools/call` of a tool whose scopes the token lacks is answered with 403
 * `insufficient_scope` and the challenge that makes MCP clients ask for them, before any handler runs.
 *
 * Adds to the scopes of the route. Decides by the name in the JSON-RPC body, which is what the server executes, and for
 * each call of a batch. A tool that is not listed needs the scopes of the route only; one that is listed with `[]` too.
 *
 * @throws TypeError at boot, if something listed is no scope
 *
 * @example
 * ```ts
 * import { All, Controller } from '@nestjs/common';
 * import { RequireScopes } from 'nestjs-audience-auth';
 * import { RequireToolScopes } from 'nestjs-audience-auth/mcp';
 *
 * @Controller('mcp')
 * export class McpController {
 *   @All()
 *   @RequireScopes('tickets:read')
 *   @RequireToolScopes({ create_ticket: ['tickets:write'] })
 *   handle() {
 *     return {};
 *   }
 * }
 * ```
 */
export function RequireToolScopes(
  tools: Readonly<Record<string, readonly string[]>>,
): RouteDecorator {
  for (const scopes of Object.values(tools)) {
    if (scopes.length > 0) checkedScopes('RequireToolScopes', scopes);
  }
  const scopesOf = new Map(Object.entries(tools));
  const ofBody = (body: unknown): readonly string[] =>
    (Array.isArray(body) ? body : [body]).flatMap(
      (call) => scopesOf.get(toolName(call) ?? '') ?? [],
    );
  return requiring({ operations: [{ of: ofBody, all: [...scopesOf.values()].flat() }] });
}

function toolName(message: unknown): string | undefined {
  const { method, params } = (message ?? {}) as {
    method?: unknown;
    params?: { name?: unknown } | null;
  };
  const name = method === 'tools/call' ? params?.name : undefined;
  return typeof name === 'string' ? name : undefined;
}
