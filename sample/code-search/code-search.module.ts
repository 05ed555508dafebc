import { Module } from '@nestjs/common';
import { AudienceAuthModule } from 'nestjs-audience-auth';
import { HealthModule } from '../health/health.module.js';
import { environment } from '../processes/environment.js';
import { CodeSearchMcpController } from './code-search-mcp.controller.js';
import { CodeSearchController } from './code-search.controller.js';
import { CodeSearchService } from './code-search.service.js';

@Module({
  imports: [
    AudienceAuthModule.forRoot({
      issuer: environment('ISSUER'),
      audience: environment('AUDIENCE'),
    }),
    HealthModule,
  ],
  controllers: [CodeSearchController, CodeSearchMcpController],
  providers: [CodeSearchService],
})
export class CodeSearchModule {}
