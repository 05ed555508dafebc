import { ConfigurableModuleBuilder } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AudienceAuthGuard } from './guard/audience-auth.guard.js';
import type { AudienceAuthOptions } from './options/audience-auth.options.js';

/** @internal */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<
  Omit<AudienceAuthOptions, 'global'>
>({ moduleName: 'AudienceAuth' })
  .setClassMethodName('forRoot')
  .setFactoryMethodName('createAudienceAuthOptions')
  .setExtras({ global: true }, (definition, { global: everyRoute }) => ({
    ...definition,
    // For Nest's injector, in any case: decorators bring the guard into modules that import nothing of ours.
    global: true,
    providers: [
      ...(definition.providers ?? []),
      ...(everyRoute === false ? [] : [{ provide: APP_GUARD, useExisting: AudienceAuthGuard }]),
    ],
  }))
  .build();
