import type { IncomingMessage, ServerResponse } from 'node:http';
import type { InteractionResults, Provider } from 'oidc-provider';

type Details = Awaited<ReturnType<Provider['interactionDetails']>>;

/** The only person there is. */
const ACCOUNT = 'alice';

/**
 * Stands in for the pages where somebody signs in and consents: signs Alice in and consents to everything, so that the
 * story plays by itself. **For this sample only.**
 */
export async function autoApprove(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const details = await provider.interactionDetails(request, response);
  const result: InteractionResults =
    details.prompt.name === 'login'
      ? { login: { accountId: ACCOUNT } }
      : { consent: { grantId: await grantAll(provider, details) } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

/** Adds what is asked for to what has been granted to this client before. */
async function grantAll(provider: Provider, { grantId, params, prompt }: Details): Promise<string> {
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const grant =
    known ?? new provider.Grant({ accountId: ACCOUNT, clientId: params.client_id as string });
  const { missingOIDCScope, missingResourceScopes } = prompt.details as {
    missingOIDCScope?: string[];
    missingResourceScopes?: Record<string, string[]>;
  };
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '));
  for (const [resource, scopes] of Object.entries(missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  return grant.save();
}
