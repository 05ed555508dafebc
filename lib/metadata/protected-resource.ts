import type { ResourceSettings } from '../options/resource.rules.js';

const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** The metadata of one protected resource, as it is served (RFC 9728 §3.2). */
export interface ProtectedResource {
  /** Absolute URL of the metadata (RFC 9728 §3.1). */
  readonly metadataUrl: string;
  /** Its path, to register a route for. */
  readonly path: string;
  /** The JSON document. */
  readonly document: string;
}

/**
 * RFC 9728 §3.1: the well-known path goes between the host and the path of the resource identifier. Made from the
 * configuration alone; a `Host` header has no say.
 */
export function metadataUrl(resource: string): URL {
  const url = new URL(resource);
  url.pathname = WELL_KNOWN + (url.pathname === '/' ? '' : url.pathname);
  return url;
}

/** RFC 9728 §2: the documents of all resources; members without values are left out. */
export function protectedResources(
  settings: ResourceSettings,
  requiredScopes: readonly string[],
): ProtectedResource[] {
  const scopes = settings.scopesSupported ?? requiredScopes;
  return settings.urls.map((resource) => {
    const url = metadataUrl(resource);
    const document = JSON.stringify({
      resource,
      authorization_servers: settings.authorizationServers,
      scopes_supported: scopes.length > 0 ? scopes : undefined,
      bearer_methods_supported: ['header'],
      resource_name: settings.name,
      resource_documentation: settings.documentation,
      resource_policy_uri: settings.policy,
      resource_tos_uri: settings.termsOfService,
    });
    return { metadataUrl: url.href, path: url.pathname, document };
  });
}
