import { environment } from '../processes/environment.js';
import { reportReady, stopOnSignals } from '../processes/service-side.js';

// On import oidc-provider names the Node versions it prefers; it works on those that this project supports, too.
const { warn } = console;
console.warn = () => undefined;
const { AuthorizationServer } = await import('./authorization-server.js');
console.warn = warn;

const server = await new AuthorizationServer(environment('ISSUER'), {
  tickets: environment('TICKETS'),
  codeSearch: environment('CODE_SEARCH'),
}).listen();
stopOnSignals(() => {
  server.close();
  server.closeAllConnections();
});
reportReady();
