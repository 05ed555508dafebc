import {
  Body,
  Controller,
  Get,
  Header,
  Headers,
  Post,
  Sse,
  StreamableFile,
  type MessageEvent,
} from '@nestjs/common';
import { of, type Observable } from 'rxjs';
import {
  CurrentToken,
  Public,
  RequireAnyScope,
  RequireClient,
  RequireScopes,
  TokenClaim,
  type AccessToken,
} from 'nestjs-audience-auth';

/** Handlers that ran, by name: what was refused must leave nothing here. */
export const handled: string[] = [];

function ran(name: string): { handler: string } {
  handled.push(name);
  return { handler: name };
}

/** An access token, as JSON. */
function seen(token: AccessToken | undefined) {
  return token && { ...token, scopes: [...token.scopes], claims: { ...token.claims } };
}

@Controller()
export class TokenController {
  @Get('plain')
  plain(@CurrentToken() token: AccessToken) {
    return { ...ran('plain'), token: seen(token) };
  }

  @Post('plain')
  post(@CurrentToken() token: AccessToken, @Body() body: unknown) {
    return { ...ran('post'), subject: token.subject, body };
  }

  @Get('public')
  @Public()
  open(@CurrentToken() token: AccessToken | undefined, @TokenClaim('sub') subject: unknown) {
    return { ...ran('public'), token: seen(token) ?? null, subject: subject ?? null };
  }

  @Get('claim')
  claim(@TokenClaim('tenant') tenant: unknown, @TokenClaim('__proto__') proto: unknown) {
    return { ...ran('claim'), tenant: tenant ?? null, proto: proto ?? null };
  }

  @Sse('events')
  @RequireScopes('files:read')
  events(): Observable<MessageEvent> {
    ran('events');
    return of({ data: 'first' }, { data: 'second' });
  }

  @Get('stream')
  @RequireScopes('files:read')
  @Header('content-type', 'text/plain')
  stream(): StreamableFile {
    ran('stream');
    return new StreamableFile(Buffer.from('streamed'));
  }

  @Get('echo')
  @Public()
  echo(@Headers('authorization') authorization: string | undefined) {
    return { ...ran('echo'), authorization: authorization ?? null };
  }
}

@Controller('files')
@RequireScopes('files:read')
export class FilesController {
  @Get()
  read(@CurrentToken() token: AccessToken) {
    return { ...ran('read'), scopes: [...token.scopes] };
  }

  @Post()
  @RequireScopes('files:write')
  write() {
    return ran('write');
  }

  @Get('report')
  @RequireAnyScope('reports:read', 'reports:admin')
  report() {
    return ran('report');
  }

  @Get('client')
  @RequireClient('billing', 'cron')
  client() {
    return ran('client');
  }

  @Get('health')
  @Public()
  health() {
    return ran('health');
  }
}

@Controller('open')
@Public()
export class OpenController {
  @Get()
  anybody() {
    return ran('anybody');
  }

  @Get('admin')
  @RequireScopes('admin')
  admin() {
    return ran('admin');
  }
}

export const CONTROLLERS = [TokenController, FilesController, OpenController];
