import '../privacy.css'
import { Page } from '../../../ui/page.tsx'
import { DecisionsSection } from './decisions-section.tsx'
import { HeadSection } from './head-section.tsx'
import { VerifySection } from './verify-section.tsx'

/** The evidence log: its head, its decisions, and the check of a proof. */
export const EvidencePage = () => (
  <Page
    title="Evidence"
    about={
      <>
        An append-only log of what the gates decided, which outsiders can check without trusting this server.{' '}
        <a href="/docs/concepts/evidence">How it works</a>
      </>
    }
  >
    <HeadSection />
    <VerifySection />
    <DecisionsSection />
  </Page>
)
