import { requiring, type RouteDecorator } from '../guard/decorators.js';
import type { OperationRequest } from '../guard/requirements.js';
import { checkedScopes } from '../guard/scope-syntax.js';

/**
 * What each tool of an MCP route needs: a `tools/call` of a tool whose scopes the token lacks is answered with 403
 * `insufficient_scope` and the challenge that makes MCP clients ask for them, before any handler runs.
 *
 * Adds to the scopes of the route. Decides by the name in the JSON-RPC body, which is what the server executes, and for
 * each call of a batch. A tool that is not listed needs the scopes of the route only; one that is listed with `[]` too. A
 * body that was not parsed, or is no JSON-RPC, needs all scopes that are listed: what the guard cannot read, the server
 * might.
 *
 * @throws TypeError at boot, if this is no object of lists of scopes
 *
 * @example
 * ```ts
 * import { Controller, Post } from '@nestjs/common';
 * import { RequireScopes } from 'nestjs-audience-auth';
 * import { RequireToolScopes } from 'nestjs-audience-auth/mcp';
 *
 * @Controller('mcp')
 * export class McpController {
 *   @Post()
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
  if (Object.prototype.toString.call(tools) !== '[object Object]') {
    throw new TypeError('@RequireToolScopes() takes an object: { tool: [scope, …] }.');
  }
  const scopesOf = new Map(Object.entries(tools).map(([tool, scopes]) => [tool, [...scopes]]));
  for (const scopes of scopesOf.values()) {
    if (scopes.length > 0) checkedScopes('RequireToolScopes', scopes);
  }
  const all = [...scopesOf.values()].flat();
  const ofMessage = (message: unknown): readonly string[] => {
    const { method, params, result, error } = (message ?? {}) as JsonRpcMessage;
    if (method === 'tools/call') {
      return typeof params?.name === 'string' ? (scopesOf.get(params.name) ?? []) : all;
    }
    const isJsonRpc = typeof method === 'string' || result !== undefined || error !== undefined;
    return isJsonRpc ? [] : all;
  };
  const of = (request: OperationRequest): readonly string[] => {
    if (hasNoBody(request)) return [];
    return Array.isArray(request.body) ? request.body.flatMap(ofMessage) : ofMessage(request.body);
  };
  return requiring({ operations: [{ of, all }] });
}

/** Whatever the method: some transports do not ask for it. */
function hasNoBody({ method, headers, body }: OperationRequest): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = headers;
  return (
    method !== 'POST' &&
    (body ?? undefined) === undefined &&
    length === '0' &&
    encoding === undefined
  );
}

interface JsonRpcMessage {
  readonly method?: unknown;
  readonly params?: { readonly name?: unknown } | null;
  readonly result?: unknown;
  readonly error?: unknown;
}
