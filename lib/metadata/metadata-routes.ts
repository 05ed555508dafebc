import { Inject, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { ResourceSettings } from '../options/resource.rules.js';
import { protectedResources, type ProtectedResource } from './protected-resource.js';

/** @internal */
export const RESOURCE_SETTINGS = Symbol('nestjs-audience-auth:resource');

const METHODS = 'GET, HEAD, OPTIONS';

/** What both adapters accept of a route handler's arguments. */
type Handler = (request: { method: string }, response: object) => void;

/**
 * Serves the protected resource metadata (RFC 9728 §3) to everybody, browsers of other origins included.
 *
 * Not as a controller: a global prefix or versioning would move the path, and the guard would stand before it.
 */
@Injectable()
export class MetadataRoutes {
  constructor(
    @Inject(RESOURCE_SETTINGS) private readonly settings: ResourceSettings,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  /**
   * Called once, before the routes of the application are registered: a catch-all of its own must not hide these.
   *
   * @param requiredScopes what clients are told of, unless that is configured
   */
  register(requiredScopes: readonly string[]): void {
    const adapter = this.adapterHost.httpAdapter;
    // An application without HTTP has no adapter.
    if (!adapter) return;
    const registered = new Set<string>();
    for (const resource of protectedResources(this.settings, requiredScopes)) {
      for (const path of [resource.path, `${resource.path.replace(/\/$/, '')}/`]) {
        if (registered.has(path)) continue;
        registered.add(path);
        this.registerRoute(path, this.handler(resource));
      }
    }
  }

  private registerRoute(path: string, handler: Handler): void {
    const adapter = this.adapterHost.httpAdapter;
    if (adapter.getType() !== 'fastify') {
      adapter.all(path.replace(/[{}()[\]?+!:*\\]/g, '\\$&'), handler);
      return;
    }
    try {
      // Its router compares decoded paths.
      adapter.all(decodeURI(path).replace(/:/g, '::'), handler);
    } catch (error) {
      // With ignoreTrailingSlash both forms of the path are one route.
      if ((error as { code?: unknown }).code !== 'FST_ERR_DUPLICATED_ROUTE') throw error;
    }
  }

  private handler({ document }: ProtectedResource): Handler {
    const adapter = this.adapterHost.httpAdapter;
    return ({ method }, response) => {
      const answer = (status: number, headers: Record<string, string>, body?: string): void => {
        for (const [name, value] of Object.entries({
          'Access-Control-Allow-Origin': '*',
          ...headers,
        })) {
          adapter.setHeader(response, name, value);
        }
        adapter.reply(response, body, status);
      };
      if (method === 'GET' || method === 'HEAD') {
        answer(
          200,
          { 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=300' },
          document,
        );
      } else if (method === 'OPTIONS') {
        answer(204, {
          Allow: METHODS,
          'Access-Control-Allow-Methods': METHODS,
          'Access-Control-Allow-Headers': 'MCP-Protocol-Version',
          'Access-Control-Max-Age': '86400',
        });
      } else {
        answer(405, { Allow: METHODS });
      }
    };
  }
}
