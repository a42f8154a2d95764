import '../privacy.css'
import { Page } from '../../../ui/page.tsx'
import { AccessesSection } from './accesses-section.tsx'
import { AuthoritiesSection } from './authorities-section.tsx'
import { ChoicesSection } from './choices-section.tsx'
import { CorrectSection } from './correct-section.tsx'
import { ErasureSection } from './erasure-section.tsx'
import { ExportSection } from './export-section.tsx'
import { HeldSection } from './held-section.tsx'
import { ImportSection } from './import-section.tsx'
import { RecipientsSection } from './recipients-section.tsx'
import { RequestsSection } from './requests-section.tsx'

/** Everything that a person can know and do about their own data. */
export const YourDataPage = () => (
  <Page
    title="Your data"
    about="What this cloud holds about you, and what you can do about it. You need nobody for any of it."
  >
    <HeldSection />
    <ExportSection />
    <ImportSection />
    <CorrectSection />
    <ChoicesSection />
    <RecipientsSection />
    <AccessesSection />
    <AuthoritiesSection />
    <ErasureSection />
    <RequestsSection />
  </Page>
)
