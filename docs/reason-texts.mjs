// What docs/reasons.md says around the reasons. What it says of each stands in lib/cli/reason-texts.ts, since
// `audience-auth` says the same.

export const INTRODUCTION = `# Reasons for a refusal

Every refused request has one reason. It stands in the body of the answer, and it never changes its name within a major
version:

\`\`\`json
{
  "statusCode": 401,
  "error": "invalid_token",
  "error_description": "The access token is not intended for this resource",
  "reason": "audience_mismatch",
  "trace": "d2a9c41b07fe"
}
\`\`\`

The descriptions are fixed. Nothing of the token and nothing of what was expected enters them, so to see _what_ did not
match, look at the token and compare it with your options. Do that on your own machine: a token is a key, and a web page
is no place for it. \`audience-auth inspect\` shows header and claims, goes through the checks in order, and says what
differs ([command-line.md](command-line.md)). With the token in the environment variable \`TOKEN\`:

\`\`\`sh
echo "$TOKEN" | npx --package nestjs-audience-auth audience-auth inspect \\
  --issuer https://auth.example.com --audience https://tickets.example.com/mcp
\`\`\`

The checks run in a fixed order and the first that fails gives the reason: header, size, structure, issuer, algorithm,
key, signature, claims, and at last what the route requires. So a token that is refused for its audience has a good
signature, and one that is refused for its signature may have other faults too.

The \`trace\` is another one for each refusal. Whoever runs the service finds route, issuer and client by it, is told of
refusals by \`onRejection\`, and counts them: [operations.md](operations.md).`;

/** The reasons in the order in which a request meets them. */
export const GROUPS = {
  'The request': ['token_missing', 'request_malformed', 'token_too_large'],
  'The token as such': ['token_malformed', 'critical_header_unsupported'],
  'Issuer and signature': [
    'issuer_missing',
    'issuer_untrusted',
    'algorithm_not_allowed',
    'key_unknown',
    'signature_invalid',
  ],
  Lifetime: [
    'expiry_missing',
    'time_claim_malformed',
    'token_expired',
    'token_not_yet_valid',
    'token_too_old',
  ],
  Audience: [
    'audience_missing',
    'audience_malformed',
    'audience_mismatch',
    'audience_not_exclusive',
  ],
  'Kind, client and binding': [
    'token_kind_unexpected',
    'required_claim_missing',
    'client_not_authorized',
    'proof_required',
  ],
  'What the route requires': ['scope_insufficient', 'authentication_insufficient'],
};

export const UNAVAILABLE = `## 503 is not a refusal

\`\`\`json
{ "message": "Service Unavailable", "statusCode": 503 }
\`\`\`

The signing keys of the token’s issuer could not be had, so nobody can say whether the token is good. The exception is
\`SigningKeysUnavailable\`. The answer has \`Retry-After\` and \`Cache-Control: no-store\`, and no challenge: the client should
keep its token and try again. The log says, once, what is the matter with the authorization server: no answer, an answer
that is too slow or too large, no metadata, or metadata of another issuer.`;
