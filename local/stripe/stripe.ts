import type { Logger } from '../../platform/logger.ts';
import { createHttpService } from '../../platform/serve.ts';
import { apiRoutes, forgetOldAnswers } from './api.ts';
import { checkoutEndpoints } from './checkout.ts';
import { customerEndpoints } from './customers.ts';
import { eventEndpoints } from './events.ts';
import { invoiceEndpoints } from './invoices.ts';
import { pageRoutes } from './page-routes.ts';
import { paymentMethodEndpoints } from './payment-methods.ts';
import { portalEndpoints } from './portal.ts';
import { priceEndpoints } from './prices.ts';
import { productEndpoints } from './products.ts';
import { createScheduler } from './scheduler.ts';
import { createState } from './state.ts';
import { subscriptionEndpoints } from './subscriptions.ts';
import { testClockEndpoints } from './test-clocks.ts';
import { createWebhooks, type WebhookOptions } from './webhooks.ts';

export interface StripeOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where all state is kept; made if it is missing. For one process at a time. */
  readonly directory: string;
  /** `sk_test_…`, which the SDK is to send. */
  readonly secretKey: string;
  readonly webhook: WebhookOptions;
  readonly logger: Logger;
  /** Address under which people reach the pages, without a slash at its end; the service's own if not given. */
  readonly publicUrl?: string;
}

export interface StripeStandIn {
  /** `http://host:port`, known once it listens. */
  readonly url: string;
  /** Opens the port, sends what was not delivered, and lets time pass. */
  listen(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A stand-in for Stripe that the official SDK talks to, with only host, port and protocol changed.
 *
 * A request runs through `api.ts` into one endpoint, which works in one transaction of `state.ts`; the scheduler
 * does the same when time is up; and each leaves events, which `webhooks.ts` delivers.
 */
export function createStripe(options: StripeOptions): StripeStandIn {
  const { host, port, directory, secretKey, webhook, logger } = options;
  const state = createState(directory, () => options.publicUrl ?? service.url);
  const endpoints = [
    ...productEndpoints,
    ...priceEndpoints,
    ...customerEndpoints,
    ...paymentMethodEndpoints,
    ...checkoutEndpoints,
    ...subscriptionEndpoints,
    ...invoiceEndpoints,
    ...portalEndpoints,
    ...eventEndpoints,
    ...testClockEndpoints,
  ];
  const service = createHttpService({
    host,
    port,
    logger,
    routes: [...apiRoutes({ state, secretKey, logger, endpoints }), ...pageRoutes(state)],
    ready: async () => {},
    drainMilliseconds: 2_000,
  });
  const scheduler = createScheduler(state, logger);
  const webhooks = createWebhooks(state, webhook, logger);

  return {
    get url() {
      return service.url;
    },
    async listen() {
      forgetOldAnswers(state);
      await service.listen();
      scheduler.start();
      webhooks.start();
    },
    async close() {
      scheduler.stop();
      await Promise.all([webhooks.stop(), service.close()]);
    },
  };
}
