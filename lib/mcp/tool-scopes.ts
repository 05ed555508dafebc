import { requiring, type RouteDecorator } from '../guard/decorators.js';
import type { OperationRequest } from '../guard/requirements.js';
import { checkedScopes } from '../guard/scope-syntax.js';

/**
 * What each tool of an MCP route needs: a `tools/call` of a tool whose scopes the token lacks is answered with 403
 * `insufficient_scope` and the challenge that makes MCP clients ask for them, before any handler runs.
 *
 * Adds to the scopes of the route. Decides by the name in the JSON-RPC body, which is what the server executes, and for
 * each call of a batch. A tool that is not listed needs the scopes of the route only; one that is listed with `[]` too. A
 * POST whose body was not parsed, or is no JSON-RPC, needs all scopes that are listed: what the guard cannot read, the
 * server might.
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
  const all = [...scopesOf.values()].flat();
  const ofMessage = (message: unknown): readonly string[] => {
    const { method, params, result, error } = (message ?? {}) as JsonRpcMessage;
    if (method === 'tools/call') return scopesOf.get(String(params?.name)) ?? [];
    const isJsonRpc = typeof method === 'string' || result !== undefined || error !== undefined;
    return isJsonRpc ? [] : all;
  };
  const of = ({ method, body }: OperationRequest): readonly string[] => {
    if (method !== 'POST') return [];
    return Array.isArray(body) ? body.flatMap(ofMessage) : ofMessage(body);
  };
  return requiring({ operations: [{ of, all }] });
}

interface JsonRpcMessage {
  readonly method?: unknown;
  readonly params?: { readonly name?: unknown } | null;
  readonly result?: unknown;
  readonly error?: unknown;
}
