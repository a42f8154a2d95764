import nodemailer from 'nodemailer'

export interface MailToSend {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly messageId: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Speaks SMTP. Only the mailer uses it, after the egress gate allowed it. */
export const openSmtp = (url: string, from: string): { send(mail: MailToSend): Promise<void> } => {
  const transport = nodemailer.createTransport(url, { from })
  return {
    send: async ({ headers, ...mail }) => {
      await transport.sendMail({ ...mail, ...(headers === undefined ? {} : { headers: { ...headers } }) })
    },
  }
}
