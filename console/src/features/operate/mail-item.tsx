import { Anchor } from '@mantine/core'
import type { Mail } from '../../app/views.ts'
import { CopyId } from '../../ui/copy.tsx'
import { MailStateBadge } from '../../ui/state-badge.tsx'
import { When } from '../../ui/when.tsx'
import { OpenMailForm } from './open-mail-form.tsx'

/** Links of a mail lead to this console; anything else is shown as text. */
const isLink = (text: string) => /^https?:\/\//.test(text)

/** A mail's text with its links made clickable. */
const MailText = ({ text, links }: { text: string; links: readonly string[] }) => {
  let at = 0
  return (
    <p className="mail-text">
      {splitAt(text, links).map((piece) => {
        at += piece.length
        return links.includes(piece) && isLink(piece) ? (
          <Anchor key={at} inherit href={piece}>
            {piece}
          </Anchor>
        ) : (
          piece
        )
      })}
    </p>
  )
}

/** `text` cut so that every one of `links` is a piece of its own. */
export const splitAt = (text: string, links: readonly string[]): string[] =>
  links.reduce<string[]>(
    (pieces, link) =>
      pieces.flatMap((piece) =>
        links.includes(piece) ? [piece] : piece.split(link).flatMap((part, at) => (at === 0 ? [part] : [link, part])),
      ),
    [text],
  )

/** One mail; opens to its text. */
export const MailItem = ({ mail }: { mail: Mail }) => (
  <li>
    <details className="mail">
      <summary>
        <span className="row-name">{mail.to}</span>
        <span>{mail.subject ?? <span className="soft">closed: {mail.kind}</span>}</span>
        <MailStateBadge state={mail.state} />
        <span className="small soft">
          <When at={mail.createdAt} />
        </span>
      </summary>
      <div className="mail-body">
        {mail.reason !== null && <p className="small soft">{mail.reason}</p>}
        {mail.text === null ? <OpenMailForm mail={mail} /> : <MailText text={mail.text} links={mail.links} />}
        <p className="small soft">
          <CopyId id={mail.id} /> · {mail.kind} · sent <When at={mail.sentAt} none="not yet" />
        </p>
      </div>
    </details>
  </li>
)
