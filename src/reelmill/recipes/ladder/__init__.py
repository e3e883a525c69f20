"""The streaming ladder: renditions, HLS, MP3, thumbnails, quality and metadata of one video."""
