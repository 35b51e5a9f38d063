import { describe, expect, it } from 'vitest';
import { extensionOf, HEAD_BYTES, isTakenType, looksLikeVideo } from './media-kind.ts';

const head = (write: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.alloc(HEAD_BYTES);
  write(bytes);
  return bytes;
};
const text = (start: string): Buffer => head((bytes) => bytes.write(start, 0, 'latin1'));
const transportStream = (packet: number, first: number): Buffer =>
  head((bytes) => {
    for (let at = first; at < bytes.length; at += packet) bytes[at] = 0x47;
  });

describe('a file is taken for a video by its first bytes', () => {
  it.each([
    ['MP4', text('\0\0\0\x18ftypisom')],
    ['QuickTime without a type', text('\0\0\0\x08wide\0\0\0\0mdat')],
    ['Matroska', text('\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska')],
    ['WebM', text('\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm')],
    ['an MPEG transport stream', transportStream(188, 0)],
    ['M2TS', transportStream(192, 4)],
    ['AVI', text('RIFF\x24\x00\x00\x00AVI LIST')],
  ])('%s', (_name, bytes) => {
    expect(looksLikeVideo(bytes)).toBe(true);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a few bytes', text('\0\0\0\x18ftyp').subarray(0, 8)],
    ['zeros', Buffer.alloc(HEAD_BYTES)],
    ['a program', text('MZ\x90\0')],
    ['a script', text('#!/bin/sh\n')],
    ['HTML', text('<!doctype html><video>')],
    ['a ZIP archive', text('PK\x03\x04')],
    ['a picture in RIFF', text('RIFF\x24\x00\x00\x00WEBPVP8 ')],
    ['a sound in RIFF', text('RIFF\x24\x00\x00\x00WAVEfmt ')],
    ['EBML of another kind', text('\x1a\x45\xdf\xa3\x93\x42\x82\x88something')],
    ['a text that begins with G', text('Good morning')],
    ['a playlist, which would make a transcoder fetch', text('#EXTM3U\nhttp://169.254.169.254/')],
    ['a list of files, which would make it read', text('ffconcat version 1.0\nfile /etc/passwd')],
  ])('but not %s', (_name, bytes) => {
    expect(looksLikeVideo(bytes)).toBe(false);
  });
});

it('tells the extension of a name, if files called so are taken', () => {
  expect(extensionOf('Heat (1995).MKV')).toBe('mkv');
  for (const name of ['heat', 'heat.mp4.exe', '.mp4/', 'mp4', 'heat.m3u8'])
    expect(extensionOf(name)).toBeUndefined();
});

it('takes the media types of videos, with or without parameters', () => {
  expect(isTakenType('Video/MP4; codecs="avc1"')).toBe(true);
  expect(isTakenType('application/octet-stream')).toBe(true);
  for (const type of ['', 'text/html', 'video', 'image/gif']) expect(isTakenType(type)).toBe(false);
});
