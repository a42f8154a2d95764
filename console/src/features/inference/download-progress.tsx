import { Progress } from '@mantine/core'
import type { Model } from '../../app/views.ts'
import { bytes } from '../../ui/format.ts'

/** How far a download is, where it comes from and how fast. */
export const DownloadProgress = ({ name, download }: { name: string; download: NonNullable<Model['download']> }) => {
  const { bytesDone, bytesTotal, bytesPerSecond, source } = download
  const percent = bytesTotal === null || bytesTotal === 0 ? null : Math.floor((bytesDone / bytesTotal) * 100)
  return (
    <div className="stack-tight">
      {percent !== null && (
        <Progress.Root size="sm">
          <Progress.Section value={percent} aria-label={`Download of ${name}`} />
        </Progress.Root>
      )}
      <span className="small soft num">
        {percent === null ? bytes(bytesDone) : `${percent} %, ${bytes(bytesDone)} of ${bytes(bytesTotal ?? 0)}`} ·{' '}
        {bytes(bytesPerSecond)}/s · {source}
      </span>
    </div>
  )
}
