import { html, type Html } from '../html.ts';
import type { Message } from './mailbox.ts';

const style = html`<style>
  :root {
    color-scheme: light dark;
  }
  body {
    font:
      16px/1.5 system-ui,
      sans-serif;
    max-width: 56rem;
    margin: 2rem auto;
    padding: 0 1rem;
  }
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th,
  td {
    text-align: left;
    padding: 0.4rem 0.5rem;
  }
  tr {
    border-bottom: 1px solid #8884;
  }
  h1 {
    font-size: 1.3rem;
  }
  .note {
    opacity: 0.7;
  }
  pre {
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    border: 1px solid #8884;
    border-radius: 8px;
    padding: 1rem;
  }
  iframe {
    width: 100%;
    height: 60vh;
    border: 1px solid #8884;
    border-radius: 8px;
    background: #fff;
  }
</style>`;

const layout = (title: string, head: Html | null, content: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        ${head}${style}
      </head>
      <body>
        ${content}
      </body>
    </html>`.markup;

/** All messages, newest first; it looks for new ones by itself. */
export const listPage = (messages: readonly Message[], to: string | undefined): string =>
  layout(
    'Mail',
    html`<meta http-equiv="refresh" content="5" />`,
    html`<h1>Mail that the platform sent</h1>
      <p class="note">
        ${
          to === undefined
            ? 'It is caught here: nothing leaves this machine.'
            : html`To ${to}. <a href="/">Show all</a>`
        }
      </p>
      <table>
        <tr>
          <th>Subject</th>
          <th>To</th>
          <th>Received</th>
        </tr>
        ${messages.map(
          ({ id, subject, to: recipients, receivedAt }) =>
            html`<tr>
              <td><a href="/messages/${id}">${subject}</a></td>
              <td>
                ${recipients.map((address) => html`<a href="/?to=${encodeURIComponent(address)}">${address}</a> `)}
              </td>
              <td>${receivedAt.slice(0, 19).replace('T', ' ')}</td>
            </tr>`,
        )}
      </table>
      ${messages.length === 0 ? html`<p>None yet.</p>` : null}`,
  );

/** One message. What it holds of HTML is shown in a frame that can run nothing and reach nothing. */
export const messagePage = (message: Message): string =>
  layout(
    message.subject,
    null,
    html`<p><a href="/">All mail</a></p>
      <h1>${message.subject}</h1>
      <p class="note">From ${message.from}<br />To ${message.to.join(', ')}<br />${message.receivedAt}</p>
      ${message.attachments.map(
        ({ name, contentType, size }) =>
          html`<p class="note">Attached: ${name} (${contentType}, ${size} bytes)</p>`,
      )}
      <pre>${withLinks(message.text)}</pre>
      ${
        message.html === null
          ? null
          : html`<iframe
              title="The message as HTML"
              src="/messages/${message.id}/html"
              sandbox="allow-popups allow-popups-to-escape-sandbox"
            ></iframe>`
      }`,
  );

/** Text whose web addresses can be clicked. */
function withLinks(text: string): Html[] {
  // a full stop or a bracket after an address belongs to the sentence
  const parts = text.split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]])/);
  return parts.map((part, position) =>
    position % 2 === 1
      ? html`<a href="${part}" target="_blank" rel="noopener noreferrer">${part}</a>`
      : html`${part}`,
  );
}

/** A message's own HTML, whose links open beside the frame. To be served with {@link framePolicy} only. */
export const framePage = (message: Message): string =>
  `<!doctype html><base target="_blank">${message.html ?? ''}`;

/** Holds when the frame's address is opened by itself, too: no scripts, no forms, nothing loaded from anywhere. */
export const framePolicy =
  "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'";
export const pagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
