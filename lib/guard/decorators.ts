import {
  applyDecorators,
  createParamDecorator,
  UseGuards,
  type ExecutionContext,
} from '@nestjs/common';
import type { AccessToken } from '../verification/access-token.js';
import { AudienceAuthGuard } from './audience-auth.guard.js';
import { tokenOf } from './authenticated-requests.js';
import type { Requirements } from './requirements.js';
import { rememberMethod } from './route-audit.js';
import { declarePublic, declareRequirements } from './route-declaration.js';
import { checkedScopes } from './scope-syntax.js';

/** A decorator for controllers and handlers alike. */
export type RouteDecorator = ClassDecorator & MethodDecorator;

/**
 * The token must have **all** of these scopes, else 403 `insufficient_scope` (RFC 6750 §3.1) with a challenge that names
 * them. Controller and handler add up. Brings the guard with it, whatever `global` says. As everywhere in Nest, a method
 * that overrides another declares for itself, and a decorator that replaces the method belongs beneath this one.
 *
 * @throws TypeError at boot: no scope, or something that is none (RFC 6749 §3.3)
 *
 * @example
 * ```ts
 * import { Controller, Get, Post } from '@nestjs/common';
 * import { RequireScopes } from 'nestjs-audience-auth';
 *
 * @Controller('tickets')
 * @RequireScopes('tickets:read')
 * export class TicketsController {
 *   @Get()
 *   list() {
 *     return [];
 *   }
 *
 *   @Post()
 *   @RequireScopes('tickets:write') // tickets:read and tickets:write
 *   create() {
 *     return {};
 *   }
 * }
 * ```
 */
export function RequireScopes(...scopes: [string, ...string[]]): RouteDecorator {
  return requiring({ scopes: checkedScopes('RequireScopes', scopes) });
}

/**
 * The token must have **one** of these scopes, else 403 `insufficient_scope`. Adds to `RequireScopes` and to further
 * `RequireAnyScope`. The challenge names the first, so list the least powerful first.
 *
 * @throws TypeError at boot, as `RequireScopes` does
 *
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common';
 * import { RequireAnyScope } from 'nestjs-audience-auth';
 *
 * @Controller('reports')
 * export class ReportsController {
 *   @Get()
 *   @RequireAnyScope('reports:read', 'reports:admin')
 *   list() {
 *     return [];
 *   }
 * }
 * ```
 */
export function RequireAnyScope(...scopes: [string, ...string[]]): RouteDecorator {
  return requiring({ anyScopes: [checkedScopes('RequireAnyScope', scopes)] });
}

/**
 * The token must have been issued to one of these clients, else 403 (`reason` is `client_not_authorized`). For a route
 * that only certain known clients may call; for a whole service there is the option `authorizedParties`.
 *
 * @throws TypeError at boot: no client id, or an empty one
 *
 * @example
 * ```ts
 * import { Controller, Post } from '@nestjs/common';
 * import { RequireClient } from 'nestjs-audience-auth';
 *
 * @Controller('invoices')
 * export class InvoicesController {
 *   @Post('close-month')
 *   @RequireClient('billing-worker')
 *   closeMonth() {
 *     return {};
 *   }
 * }
 * ```
 */
export function RequireClient(...clientIds: [string, ...string[]]): RouteDecorator {
  if (
    clientIds.length === 0 ||
    !clientIds.every((each) => typeof each === 'string' && each !== '')
  ) {
    throw new TypeError('@RequireClient() needs one or more client ids, none of them empty.');
  }
  return requiring({ clients: [clientIds] });
}

/**
 * Opts a controller or handler out of the guard: everybody is let in, and no token is seen, neither a good nor a bad one.
 * On a handler it outweighs what the controller asks; a requirement on a handler outweighs `Public` on its controller. A
 * subclass does not inherit it.
 *
 * @throws TypeError at boot, if a requirement stands on the same controller or handler
 *
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common';
 * import { Public } from 'nestjs-audience-auth';
 *
 * @Controller()
 * export class HealthController {
 *   @Get('health')
 *   @Public()
 *   health() {
 *     return { status: 'up' };
 *   }
 * }
 * ```
 */
export function Public(): RouteDecorator {
  return onHolder(declarePublic);
}

/**
 * The {@link AccessToken} that the request was let in with; `undefined` on a public route.
 *
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common';
 * import { CurrentToken, type AccessToken } from 'nestjs-audience-auth';
 *
 * @Controller('me')
 * export class MeController {
 *   @Get()
 *   me(@CurrentToken() token: AccessToken) {
 *     return { subject: token.subject, scopes: [...token.scopes] };
 *   }
 * }
 * ```
 */
export const CurrentToken: () => ParameterDecorator = createParamDecorator(
  (_data: unknown, context: ExecutionContext) => tokenIn(context),
);

/**
 * One claim of the access token, `undefined` where the token has none of that name, and on a public route.
 *
 * @example
 * ```ts
 * import { Controller, Get } from '@nestjs/common';
 * import { TokenClaim } from 'nestjs-audience-auth';
 *
 * @Controller('tenant')
 * export class TenantController {
 *   @Get()
 *   tenant(@TokenClaim('tenant_id') tenant: unknown) {
 *     return { tenant };
 *   }
 * }
 * ```
 */
export const TokenClaim: (name: string) => ParameterDecorator = createParamDecorator(
  (name: string, context: ExecutionContext) => tokenIn(context)?.claims[name],
);

/** A decorator that adds requirements, and the guard that holds them: a requirement without it would be decoration. */
export function requiring(requirements: Partial<Requirements>): RouteDecorator {
  return applyDecorators(
    onHolder((holder, name) => declareRequirements(holder, name, requirements)),
    UseGuards(AudienceAuthGuard),
  );
}

/** A decorator that says something of a controller class or of a handler function. */
function onHolder(declare: (holder: object, name: string) => void): RouteDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => {
    const holder: unknown = key === undefined ? target : descriptor?.value;
    if (typeof holder !== 'function') {
      throw new TypeError(`Only controllers and methods can be decorated, not ${String(key)}.`);
    }
    declare(holder, key === undefined ? holder.name : `${target.constructor.name}.${String(key)}`);
    if (key !== undefined) rememberMethod(target, key, holder);
  };
}

function tokenIn(context: ExecutionContext): AccessToken | undefined {
  return tokenOf(context.switchToHttp().getRequest<object>());
}
