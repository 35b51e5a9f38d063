import type Stripe from 'stripe';
import {
  connectionOf,
  decodeCursor,
  pageSize,
  type Connection,
  type PageArguments,
} from '../../platform/pagination.ts';
import { userOfCustomer } from './customers.ts';
import type { Invoice, PrismaClient } from './generated/prisma/client.ts';
import type { Billing } from './memberships.ts';
import { dateOf, idOf } from './stripe-client.ts';

/** Makes a bill what Stripe says it is now. Fetched under a lock, as memberships are. */
export async function refreshInvoice(
  { stripe, prisma }: Billing,
  invoiceId: string,
): Promise<Stripe.Invoice> {
  return prisma.$transaction(
    async (transaction) => {
      await transaction.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${invoiceId}, 0))`;
      const invoice = await stripe.invoices.retrieve(invoiceId);
      const userId = await userOfCustomer(transaction, idOf(invoice.customer) ?? '');
      if (userId !== undefined && invoice.id !== undefined && invoice.status !== 'draft') {
        const row = {
          userId,
          total: invoice.total,
          currency: invoice.currency.toUpperCase(),
          status: invoice.status ?? 'open',
          hostedUrl: invoice.hosted_invoice_url ?? null,
          createdAt: dateOf(invoice.created),
        };
        await transaction.invoice.upsert({
          where: { id: invoice.id },
          create: { id: invoice.id, ...row },
          update: row,
        });
      }
      return invoice;
    },
    { maxWait: 10_000, timeout: 40_000 },
  );
}

/** A user's bills, newest first. */
export async function listInvoices(
  prisma: PrismaClient,
  userId: string,
  page: PageArguments,
): Promise<Connection<Invoice>> {
  const first = pageSize(page.first);
  const [createdAt, id] =
    page.after === null || page.after === undefined ? [] : decodeCursor(page.after, 2).map(String);
  const rows = await prisma.invoice.findMany({
    where: {
      userId,
      ...(createdAt !== undefined &&
        id !== undefined && {
          OR: [
            { createdAt: { lt: new Date(createdAt) } },
            { createdAt: new Date(createdAt), id: { lt: id } },
          ],
        }),
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: first + 1,
  });
  return connectionOf(rows, { first, after: page.after }, (row) => [row.createdAt.toISOString(), row.id]);
}
