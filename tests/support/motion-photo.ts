/** What phones with Android put around the film that they append to a picture. */
import { concatBytes, utf8, type Bytes } from '#lib/base/bytes.ts'
import { bigEndian32, withSegments } from './exif-segment.ts'

/** The XMP segment of a JPEG with this inside. */
export function motionSegment(inside: string): Bytes {
  const xmp = `http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/">${inside}</x:xmpmeta>`
  const body = utf8(xmp)
  const length = body.length + 2
  return concatBytes(Uint8Array.of(0xff, 0xe1, length >> 8, length & 0xff), body)
}

/** A motion photo as Google's camera writes it. */
export function motionPhoto(still: Uint8Array, film: Uint8Array): Bytes {
  const items = [
    '<Container:Item Item:Mime="image/jpeg" Item:Semantic="Primary" Item:Length="0" Item:Padding="0"/>',
    `<Container:Item Item:Mime="video/mp4" Item:Semantic="MotionPhoto" Item:Length="${film.length}"/>`,
  ]
  const said = `<rdf:Description GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1"/>`
  return concatBytes(withSegments(still, motionSegment(said + items.join(''))), film)
}

/** The film in Samsung's trailer, which ends the file. */
export function samsungTrailer(film: Uint8Array): Bytes {
  const name = utf8('MotionPhoto_Data')
  const type = Uint8Array.of(0, 0, 0x30, 0x0a)
  const block = concatBytes(type, littleEndian32(name.length), name, film)
  const entry = concatBytes(type, littleEndian32(block.length), littleEndian32(block.length))
  const head = concatBytes(utf8('SEFH'), littleEndian32(106), littleEndian32(1), entry)
  return concatBytes(block, head, littleEndian32(head.length), utf8('SEFT'))
}

function littleEndian32(value: number): Bytes {
  return bigEndian32(value).reverse()
}
