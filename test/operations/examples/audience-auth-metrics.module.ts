import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { metrics, type ObservableResult } from '@opentelemetry/api';
import { AudienceAuthHealth, type RejectionEvent } from 'nestjs-audience-auth';

const REJECTIONS = 'nestjs-audience-auth:rejection';
const STATES = ['ok', 'stale', 'unavailable'] as const;

/** Counts refusals by reason, and shows the state of the signing keys. */
@Module({})
export class AudienceAuthMetricsModule implements OnApplicationShutdown {
  private readonly meter = metrics.getMeter('nestjs-audience-auth');
  private readonly rejections = this.meter.createCounter('audience_auth.rejections', {
    description: 'Requests that were refused because of their access token',
  });
  private readonly keys = this.meter.createObservableGauge('audience_auth.signing_keys.state', {
    description: 'Of each issuer: 1 for the state its signing keys are in, 0 for the others',
  });

  constructor(private readonly health: AudienceAuthHealth) {
    subscribe(REJECTIONS, this.count);
    this.keys.addCallback(this.observe);
  }

  onApplicationShutdown(): void {
    unsubscribe(REJECTIONS, this.count);
    this.keys.removeCallback(this.observe);
  }

  private readonly count = (message: unknown): void => {
    const { reason, route = '', issuer = '' } = message as RejectionEvent;
    this.rejections.add(1, { reason, route, issuer });
  };

  private readonly observe = (result: ObservableResult): void => {
    for (const { issuer, state } of this.health.check().issuers) {
      for (const each of STATES) result.observe(each === state ? 1 : 0, { issuer, state: each });
    }
  };
}
