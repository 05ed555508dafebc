import { Child } from './child.js';
import { freePorts } from './free-ports.js';

/** Where everything is. */
export interface Addresses {
  readonly authorizationServer: string;
  readonly tickets: string;
  readonly codeSearch: string;
  readonly tutorialTickets: string;
  readonly tutorialCodeSearch: string;
}

/** The MCP endpoint of a service: also its resource identifier, and so the audience of its tokens. */
export function mcpUrl(service: string): string {
  return `${service}/mcp`;
}

/** The authorization server, the two services, and the same two as tutorials set them up, in processes of their own. */
export class System {
  private constructor(
    readonly addresses: Addresses,
    private readonly authorizationServer: Child,
    private readonly services: readonly Child[],
  ) {}

  /**
   * Starts everything.
   *
   * @param firstPort of five in a row; free ones by default
   * @param logRefusals whether the services print whom they refuse
   */
  static async start(firstPort: number | undefined, logRefusals: boolean): Promise<System> {
    const addresses = await chooseAddresses(firstPort);
    const authorizationServer = await startAuthorizationServer(addresses);
    const services = await Promise.allSettled(startServices(addresses, logRefusals));
    const started = services.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const system = new System(addresses, authorizationServer, started);
    const failure = services.find((each) => each.status === 'rejected');
    if (!failure) return system;
    await system.stop();
    throw failure.reason;
  }

  /** Settles when one of the processes has ended by itself, with its name. */
  firstEnded(): Promise<string> {
    const all = [this.authorizationServer, ...this.services];
    return Promise.race(all.map((child) => child.ended().then(() => child.name)));
  }

  /** The services first, so that none of them misses the authorization server. */
  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => service.stop()));
    await this.authorizationServer.stop();
  }
}

function startAuthorizationServer(addresses: Addresses): Promise<Child> {
  return Child.start('authorization-server', 'authorization-server/main.js', {
    ISSUER: addresses.authorizationServer,
    TICKETS: mcpUrl(addresses.tickets),
    CODE_SEARCH: mcpUrl(addresses.codeSearch),
  });
}

function startServices(addresses: Addresses, logRefusals: boolean): Promise<Child>[] {
  const { authorizationServer: ISSUER, tickets, codeSearch } = addresses;
  const LOG_REFUSALS = logRefusals ? 'yes' : '';
  const port = (address: string): string => new URL(address).port;
  return [
    Child.start('tickets', 'tickets/main.js', {
      PORT: port(tickets),
      ISSUER,
      AUDIENCE: mcpUrl(tickets),
      LOG_REFUSALS,
    }),
    Child.start('code-search', 'code-search/main.js', {
      PORT: port(codeSearch),
      ISSUER,
      AUDIENCE: mcpUrl(codeSearch),
      LOG_REFUSALS,
    }),
    Child.start('tutorial', 'tutorial/main.js', {
      TICKETS_PORT: port(addresses.tutorialTickets),
      CODE_SEARCH_PORT: port(addresses.tutorialCodeSearch),
      ISSUER,
    }),
  ];
}

async function chooseAddresses(firstPort: number | undefined): Promise<Addresses> {
  const ports =
    firstPort === undefined
      ? await freePorts(5)
      : Array.from({ length: 5 }, (_, index) => firstPort + index);
  const address = (index: number): string => `http://127.0.0.1:${ports[index]}`;
  return {
    authorizationServer: address(0),
    tickets: address(1),
    codeSearch: address(2),
    tutorialTickets: address(3),
    tutorialCodeSearch: address(4),
  };
}
