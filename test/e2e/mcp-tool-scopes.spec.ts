import { Body, Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { RequireAnyScope, RequireScopes } from 'nestjs-audience-auth';
import { RequireToolScopes } from 'nestjs-audience-auth/mcp';
import { beforeEach, describe, expect, it } from 'vitest';
import { handled } from '../support/controllers.js';
import { deploy } from '../support/deployment.js';
import { expectRejection } from '../support/expect-rejection.js';
import { ROUTE_SCOPE, TOOL_SCOPES } from '../support/mcp-service.js';
import { ADAPTERS } from '../support/resource-server.js';
import { OTHER_AUDIENCE } from '../support/tokens.js';

/** A JSON-RPC endpoint, as far as the guard can tell. */
@Controller('rpc')
@RequireScopes(ROUTE_SCOPE)
@RequireToolScopes(TOOL_SCOPES)
class RpcController {
  @Post()
  call(@Body() body: unknown) {
    handled.push('called');
    return { body: body ?? null };
  }

  @Get()
  listen() {
    return handled.push('listened');
  }

  @Delete()
  end() {
    return handled.push('ended');
  }

  @Put()
  put() {
    return handled.push('put');
  }

  @Post('more')
  @RequireAnyScope('a', 'b')
  @RequireToolScopes({ write: ['files:write', 'more:write'], look: ['more:look'] })
  more() {
    return handled.push('called more');
  }
}

beforeEach(() => {
  handled.length = 0;
});

const call = (name: unknown, more: object = {}) => ({
  jsonrpc: '2.0',
  id: 1,
  method: 'tools/call',
  params: { name, arguments: {} },
  ...more,
});

const WRITE = `${ROUTE_SCOPE} files:write`;
const ALL = `${ROUTE_SCOPE} files:write files:admin`;

const JSON_TYPE = 'application/json';

/** Bodies of callers with the scope of the route only, that need no more. */
const HARMLESS: Record<string, unknown> = {
  'a request that calls no tool': { jsonrpc: '2.0', id: 1, method: 'tools/list' },
  'a notification': { jsonrpc: '2.0', method: 'notifications/initialized' },
  'a response': { jsonrpc: '2.0', id: 1, result: {} },
  'an error': { jsonrpc: '2.0', id: 1, error: { code: -32600, message: 'x' } },
  'a batch of them': [{ method: 'tools/list' }, { id: 1, result: {} }],
  'an empty batch': [],
  'a tool that is not listed': call('who'),
  'a tool that is listed without scopes': call('look'),
  'a tool of nearly that name': [call('Write'), call('write '), call(' write')],
  'a tool named like a part of all objects': [call('constructor'), call('toString')],
  'a tool without a name': call(''),
  'another method with the name of a tool': call('write', { method: 'prompts/get' }),
};

/** Bodies, their media type, and the scopes that they need. */
const NEEDY: Record<string, readonly [body: string, type: string, scope: string]> = {
  'a tool': [JSON.stringify(call('write')), JSON_TYPE, WRITE],
  'a tool with several': [JSON.stringify(call('administer')), JSON_TYPE, ALL],
  'a notification of a call': [JSON.stringify(call('write', { id: undefined })), JSON_TYPE, WRITE],
  'a batch with it': [
    JSON.stringify([{ method: 'tools/list' }, call('look'), call('write')]),
    JSON_TYPE,
    WRITE,
  ],
  'a batch of several': [JSON.stringify([call('write'), call('administer')]), JSON_TYPE, ALL],
  'a batch within a batch': [JSON.stringify([[call('look')]]), JSON_TYPE, ALL],
  'a name in a list': [JSON.stringify(call(['look'])), JSON_TYPE, ALL],
  'a number for a name': [JSON.stringify(call(5)), JSON_TYPE, ALL],
  'no name': [JSON.stringify(call(undefined)), JSON_TYPE, ALL],
  'no parameters': [JSON.stringify(call('', { params: null })), JSON_TYPE, ALL],
  'a name given twice': [
    '{"method":"tools/call","params":{"name":"look"},"params":{"name":"look","name":"write"}}',
    JSON_TYPE,
    WRITE,
  ],
  'a name in other letters': [
    '{"method":"tools\\u002fcall","params":{"n\\u0061me":"\\u0077rite"}}',
    JSON_TYPE,
    WRITE,
  ],
  'a call that is a response too': [
    JSON.stringify(call('write', { result: {} })),
    JSON_TYPE,
    WRITE,
  ],
  'a method in a list': [JSON.stringify(call('look', { method: ['tools/call'] })), JSON_TYPE, ALL],
  'no method': [JSON.stringify(call('look', { method: undefined })), JSON_TYPE, ALL],
  'an empty object': ['{}', JSON_TYPE, ALL],
  'a batch with nothing in it': ['[null]', JSON_TYPE, ALL],
  'a batch with a number in it': ['[5]', JSON_TYPE, ALL],
  'JSON by the name of text': [JSON.stringify(call('look')), 'text/plain', ALL],
  'JSON with a charset': [JSON.stringify(call('write')), 'application/json; charset=utf-8', WRITE],
  'JSON in capitals': [JSON.stringify(call('write')), 'APPLICATION/JSON', WRITE],
};

describe.each(ADAPTERS)('RequireToolScopes, on %s', (adapter) => {
  const deployment = deploy(
    adapter,
    { scopeHierarchy: { 'files:root': ['files:admin', 'files:write'] } },
    { controllers: [RpcController] },
  );
  const post = (scope: string, body: string, type = JSON_TYPE, headers = {}, path = '/rpc') =>
    deployment.get(path, deployment.issue({ scope }), {
      method: 'POST',
      headers: { 'content-type': type, ...headers },
      body,
    });

  it.each(Object.entries(HARMLESS))('lets pass %s', async (_name, body) => {
    const response = await post(ROUTE_SCOPE, JSON.stringify(body));
    expect(response.status).toBe(201);
    expect(handled).toEqual(['called']);
  });

  it.each(Object.entries(NEEDY))(
    'asks for the scopes of %s',
    async (_name, [body, type, scope]) => {
      const response = await post(ROUTE_SCOPE, body, type);
      await expectRejection(response, 'scope_insufficient', { scope });
      expect(handled).toEqual([]);
      expect((await post(scope, body, type)).status).toBe(201);
    },
  );

  it('asks for all scopes where there is no body', async () => {
    const init = { method: 'POST' };
    const refused = await deployment.get('/rpc', deployment.issue({ scope: WRITE }), init);
    await expectRejection(refused, 'scope_insufficient', { scope: ALL });
    const admitted = await deployment.get('/rpc', deployment.issue({ scope: ALL }), init);
    expect(admitted.status).toBe(201);
  });

  it('does not let a body pass that the application cannot read', async () => {
    for (const [body, type] of [
      [JSON.stringify(call('write')), 'application/octet-stream'],
      [JSON.stringify(call('write')), 'application/x-unheard-of'],
      ['{"method":', JSON_TYPE],
      ['', JSON_TYPE],
      ['null', JSON_TYPE],
    ] as const) {
      const response = await post(ROUTE_SCOPE, body, type);
      expect([400, 403, 415]).toContain(response.status);
    }
    expect(handled).toEqual([]);
  });

  it('MCP Server Validation (MCP-28): goes by the body, not by what headers or the URL say', async () => {
    const headers = {
      'mcp-name': 'look',
      'mcp-method': 'tools/list',
      'x-http-method-override': 'GET',
    };
    const body = JSON.stringify(call('write'));
    const response = await post(
      ROUTE_SCOPE,
      body,
      JSON_TYPE,
      headers,
      '/rpc?name=look&_method=GET',
    );
    await expectRejection(response, 'scope_insufficient', { scope: WRITE });
  });

  it('leaves GET and DELETE to the scopes of the route', async () => {
    for (const method of ['GET', 'DELETE', 'HEAD']) {
      const token = deployment.issue({ scope: ROUTE_SCOPE });
      expect((await deployment.get('/rpc', token, { method })).status).toBe(200);
      const other = deployment.issue({ scope: 'files:write' });
      expect((await deployment.get('/rpc', other, { method })).status).toBe(403);
    }
  });

  it('looks at a body whatever the method', async () => {
    const send = (method: string, scope: string) =>
      deployment.get('/rpc', deployment.issue({ scope }), {
        method,
        headers: { 'content-type': JSON_TYPE },
        body: JSON.stringify(call('write')),
      });
    for (const method of ['PUT', 'DELETE']) {
      const refused = await send(method, ROUTE_SCOPE);
      await expectRejection(refused, 'scope_insufficient', { scope: WRITE });
      expect((await send(method, WRITE)).status).toBe(200);
    }
  });

  it('MCP Scope Selection (MCP-05): whoever comes without a good token is told the scopes of the route', async () => {
    const init = {
      method: 'POST',
      headers: { 'content-type': JSON_TYPE },
      body: JSON.stringify(call('administer')),
    };
    const scope = ROUTE_SCOPE;
    await expectRejection(await deployment.get('/rpc', undefined, init), 'token_missing', {
      scope,
    });
    const token = deployment.issue({ aud: OTHER_AUDIENCE, scope: ALL });
    await expectRejection(await deployment.get('/rpc', token, init), 'audience_mismatch', {
      scope,
    });
  });

  it('MCP Step-Up (MCP-19): takes a scope for those that it brings with it', async () => {
    const response = await post(`${ROUTE_SCOPE} files:root`, JSON.stringify(call('administer')));
    expect(response.status).toBe(201);
  });

  it('adds up over class and method, and with everything else', async () => {
    const more = (scope: string, name: string) =>
      post(scope, JSON.stringify(call(name)), JSON_TYPE, {}, '/rpc/more');
    await expectRejection(await more(ROUTE_SCOPE, 'write'), 'scope_insufficient', {
      scope: `${ROUTE_SCOPE} a files:write more:write`,
    });
    await expectRejection(await more(`${ROUTE_SCOPE} b`, 'look'), 'scope_insufficient', {
      scope: `${ROUTE_SCOPE} b more:look`,
    });
    expect((await more(`${ROUTE_SCOPE} b more:look`, 'look')).status).toBe(201);
    expect((await more(`${ROUTE_SCOPE} b`, 'who')).status).toBe(201);
  });
});

describe('RequireToolScopes', () => {
  it.each([undefined, null, 'write', [['write']], new Map([['write', ['files:write']]])])(
    'takes an object of scopes by tool: not %s',
    (tools) => {
      expect(() => RequireToolScopes(tools as unknown as Record<string, string[]>)).toThrow(
        /@RequireToolScopes\(\) takes an object/,
      );
    },
  );
});
