import { Controller, Get } from '@nestjs/common';
import { Public, RequireAnyScope, RequireClient, RequireScopes } from 'nestjs-audience-auth';
import { RequireToolScopes } from 'nestjs-audience-auth/mcp';
import { describe, expect, it } from 'vitest';
import { deploy, deployOnce } from '../support/deployment.js';
import { expectRejection } from '../support/expect-rejection.js';
import { ADAPTERS } from '../support/resource-server.js';

describe.each(ADAPTERS)('what a controller has from its base class, on %s', (adapter) => {
  @RequireScopes('base')
  class BaseController {
    @Get()
    read() {
      return 'read';
    }

    @Get('method')
    @RequireScopes('method')
    method() {
      return 'method';
    }

    @Get('opened-method')
    @Public()
    opened() {
      return 'opened';
    }
  }

  @Controller('derived')
  @RequireScopes('derived')
  class DerivedController extends BaseController {}

  @Controller('plainly-derived')
  class PlainlyDerivedController extends BaseController {}

  @Controller('opened')
  @Public()
  class OpenedController extends BaseController {}

  @Controller('overriding')
  class OverridingController extends BaseController {
    @Get('method')
    override method() {
      return 'overridden';
    }

    @Get('opened-method')
    override opened() {
      return 'overridden';
    }
  }

  /** Public, for its own routes: those that somebody adds to a subclass are not opened by it. */
  @Controller('lobby')
  @Public()
  class LobbyController {
    @Get()
    anybody() {
      return 'anybody';
    }
  }

  @Controller('office')
  class OfficeController extends LobbyController {}

  @Controller('back-office')
  @RequireScopes('office')
  class BackOfficeController extends LobbyController {}

  const deployment = deploy(
    adapter,
    {},
    {
      controllers: [
        DerivedController,
        PlainlyDerivedController,
        OpenedController,
        OverridingController,
        LobbyController,
        OfficeController,
        BackOfficeController,
      ],
    },
  );
  /** The scopes that a route is said to need; a status, where it needs no token. */
  const needed = async (path: string) => {
    const { status, headers } = await deployment.get(path);
    const [, scope = ''] = /scope="([^"]*)"/.exec(headers.get('www-authenticate') ?? '') ?? [];
    return status === 401 ? scope : status;
  };

  it.each([
    ['/derived', 'base derived'],
    ['/derived/method', 'base derived method'],
    ['/derived/opened-method', 200],
    ['/plainly-derived', 'base'],
    ['/plainly-derived/method', 'base method'],
    ['/opened', 200],
    ['/opened/method', 'method'],
    // A method that overrides another declares for itself, as everywhere in Nest.
    ['/overriding/method', 'base'],
    ['/overriding/opened-method', 'base'],
    ['/lobby', 200],
    ['/office', ''],
    ['/back-office', 'office'],
  ])('%s: %s', async (path, expected) => {
    expect(await needed(path)).toBe(expected);
  });

  it('holds for a token too, and nothing flows back to the base class', async () => {
    const derived = deployment.issue({ scope: 'derived' });
    await expectRejection(await deployment.get('/derived', derived), 'scope_insufficient', {
      scope: 'base derived',
    });
    const base = deployment.issue({ scope: 'base' });
    expect((await deployment.get('/plainly-derived', base)).status).toBe(200);
  });
});

/** Puts another function in the place of a method, as decorators for logs, caches and transactions do. */
function Wrapped({ keepMetadata = false } = {}): MethodDecorator {
  return (_target, _key, descriptor) => {
    const original = descriptor.value as (...args: unknown[]) => unknown;
    const wrapper = function (this: unknown, ...args: unknown[]) {
      return original.apply(this, args);
    };
    for (const key of keepMetadata ? (Reflect.getMetadataKeys(original) as unknown[]) : [])
      Reflect.defineMetadata(key, Reflect.getMetadata(key, original), wrapper);
    descriptor.value = wrapper as typeof descriptor.value & typeof original;
  };
}

describe.each(ADAPTERS)('a decorator that replaces the method, on %s', (adapter) => {
  it('is refused at boot, if it takes the requirements of the method away', async () => {
    @Controller('lost')
    class LostController {
      @Get()
      @Wrapped()
      @RequireScopes('a')
      read() {
        return 'unguarded';
      }
    }

    class BaseController {
      @Get()
      @Wrapped()
      @RequireClient('cli')
      inherited() {
        return 'unguarded';
      }
    }

    @Controller('heir')
    class HeirController extends BaseController {}

    for (const [controller, name] of [
      [LostController, 'LostController.read'],
      [HeirController, 'HeirController.inherited'],
    ] as const)
      await expect(deployOnce(adapter, {}, { controllers: [controller] })).rejects.toThrow(
        `${name} has lost its requirements`,
      );
  });

  it('is refused at boot, if it takes a part of them away', async () => {
    @Controller('half')
    class HalfController {
      @RequireScopes('b')
      @Get()
      @Wrapped()
      @RequireScopes('a')
      read() {
        return 'guarded by half';
      }
    }

    await expect(deployOnce(adapter, {}, { controllers: [HalfController] })).rejects.toThrow(
      'HalfController.read has lost its requirements',
    );
  });

  it('does no harm beneath the requirements, or if it hands them on', async () => {
    @Controller('fine')
    class FineController {
      @Get()
      @RequireScopes('a')
      @Wrapped()
      beneath() {
        return 'guarded';
      }

      @RequireScopes('b')
      @Wrapped({ keepMetadata: true })
      @RequireScopes('a')
      @Get('handed-on')
      handedOn() {
        return 'guarded';
      }
    }

    const deployment = await deployOnce(adapter, {}, { controllers: [FineController] });
    await expectRejection(await deployment.get('/fine'), 'token_missing', { scope: 'a' });
    await expectRejection(await deployment.get('/fine/handed-on'), 'token_missing', {
      scope: 'a b',
    });
  });

  it('may be replaced in a subclass, which declares for itself', async () => {
    class BaseController {
      @Get()
      @RequireScopes('a')
      read() {
        return 'guarded';
      }
    }

    @Controller('own')
    class OwnController extends BaseController {
      @Get()
      @RequireScopes('b')
      override read() {
        return 'guarded';
      }
    }

    const deployment = await deployOnce(adapter, {}, { controllers: [OwnController] });
    await expectRejection(await deployment.get('/own'), 'token_missing', { scope: 'b' });
  });
});

it('a requirement that is declared after the start comes too late, and says so', async () => {
  @Controller('late')
  class LateController {
    @Get()
    read() {
      return 'read';
    }
  }

  await deployOnce('express', {}, { controllers: [LateController] });
  const descriptor = Object.getOwnPropertyDescriptor(LateController.prototype, 'read') ?? {};
  for (const decorator of [RequireScopes('a'), Public()]) {
    expect(() => decorator(LateController)).toThrow(/^LateController: .* this one comes too late/);
    expect(() => decorator(LateController.prototype, 'read', descriptor)).toThrow(
      /^LateController\.read: .* too late/,
    );
  }
});

describe('contradictions and slips are found when the class is defined', () => {
  it.each<[string, () => unknown, where: string]>([
    [
      'Public above a requirement on a method',
      () => {
        class Contradiction {
          @Public()
          @RequireScopes('a')
          method() {}
        }
        return Contradiction;
      },
      'Contradiction.method',
    ],
    [
      'Public below a requirement on a method',
      () => {
        class Contradiction {
          @RequireClient('a')
          @Public()
          method() {}
        }
        return Contradiction;
      },
      'Contradiction.method',
    ],
    [
      'Public and a requirement on a class',
      () => {
        @Public()
        @RequireScopes('a')
        class Contradiction {}
        return Contradiction;
      },
      'Contradiction',
    ],
  ])('%s', (_name, declare, where) => {
    expect(declare).toThrow(/: @Public\(\) and a requirement .* contradict each other/);
    expect(declare).toThrow(`${where}: `);
  });

  it.each<[string, () => unknown]>([
    ['RequireScopes without a scope', () => (RequireScopes as () => unknown)()],
    ['RequireScopes of what is no string', () => RequireScopes(5 as unknown as string)],
    ['RequireScopes of undefined', () => RequireScopes(undefined as unknown as string)],
    ['RequireClient without a client', () => (RequireClient as () => unknown)()],
    ['RequireClient of an empty one', () => RequireClient('fine', '')],
    ['RequireClient of what is no string', () => RequireClient(undefined as unknown as string)],
    ['RequireAnyScope without a scope', () => (RequireAnyScope as () => unknown)()],
    ['RequireToolScopes of what is no scope', () => RequireToolScopes({ tool: ['a b'] })],
    ...['', ' ', 'a b', 'a"b', 'a\\b', 'a\n', 'é', 'a\u0000'].flatMap(
      (scope): [string, () => unknown][] => [
        [`RequireScopes of ${JSON.stringify(scope)}`, () => RequireScopes('fine', scope)],
        [`RequireAnyScope of ${JSON.stringify(scope)}`, () => RequireAnyScope(scope)],
      ],
    ),
  ])('RFC 6750 §3 (HDR-04, SCP-12): %s', (_name, declare) => {
    expect(declare).toThrow(TypeError);
    expect(declare).toThrow(/@Require\w+\(\)/);
  });

  it('OAuth 2.1 §1.3.2 (SCP-07): a scope that only asks for a refresh token', () => {
    expect(() => RequireScopes('offline_access')).toThrow(/offline_access .* remove it/);
  });

  it('a decorator where it does nothing', () => {
    expect(() => RequireScopes('a')({}, 'property', {})).toThrow(
      /Only controllers and methods can be decorated, not property/,
    );
  });
});
