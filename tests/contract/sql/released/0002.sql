BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0002');
CREATE TABLE api_keys (
	key_id TEXT NOT NULL, 
	secret_hash TEXT NOT NULL, 
	name TEXT NOT NULL, 
	admin BOOLEAN NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT, 
	revoked_at BIGINT, 
	last_used_at BIGINT, 
	rate_limit_per_minute INTEGER, 
	rate_limit_per_hour INTEGER, 
	max_concurrent_jobs INTEGER, 
	monthly_minutes FLOAT, 
	allowed_networks TEXT NOT NULL, 
	CONSTRAINT pk_api_keys PRIMARY KEY (key_id)
);
INSERT INTO "api_keys" VALUES('full','00','n',1,1767225600000000,1768003200000000,NULL,NULL,1,2,3,4.5,'["10.0.0.0/8","fe80::/10"]');
CREATE TABLE artifacts (
	job_number INTEGER NOT NULL, 
	output TEXT NOT NULL, 
	path TEXT NOT NULL, 
	folder TEXT, 
	size_bytes INTEGER NOT NULL, 
	artifact TEXT NOT NULL, 
	CONSTRAINT pk_artifacts PRIMARY KEY (job_number, output), 
	CONSTRAINT fk_artifacts_job_number_jobs FOREIGN KEY(job_number) REFERENCES jobs (number) ON DELETE CASCADE
);
INSERT INTO "artifacts" VALUES(1,'mp4','a.mp4',NULL,500,'{"output":"mp4","path":"a.mp4","size_bytes":500,"duration_seconds":null,"bit_rate":null,"width":null,"height":null,"frame_rate":null,"sample_rate":null,"codecs":null,"video_range":null,"segments":null,"renditions":[]}');
INSERT INTO "artifacts" VALUES(1,'mp3','audio/a.mp3',NULL,70,'{"output":"mp3","path":"audio/a.mp3","size_bytes":70,"duration_seconds":null,"bit_rate":null,"width":null,"height":null,"frame_rate":null,"sample_rate":null,"codecs":null,"video_range":null,"segments":null,"renditions":[]}');
INSERT INTO "artifacts" VALUES(1,'hls','360p/hls/playlist.m3u8','360p/hls',605,'{"output":"hls","path":"360p/hls/playlist.m3u8","size_bytes":5,"duration_seconds":null,"bit_rate":null,"width":null,"height":null,"frame_rate":null,"sample_rate":null,"codecs":null,"video_range":null,"segments":{"count":2,"size_bytes":600,"longest_seconds":6.0,"peak_bit_rate":9,"average_bit_rate":8},"renditions":[]}');
INSERT INTO "artifacts" VALUES(2,'mp3','audio/a.mp3',NULL,70,'{"output":"mp3","path":"audio/a.mp3","size_bytes":70,"duration_seconds":null,"bit_rate":null,"width":null,"height":null,"frame_rate":null,"sample_rate":null,"codecs":null,"video_range":null,"segments":null,"renditions":[]}');
INSERT INTO "artifacts" VALUES(4,'mp4','a.mp4',NULL,500,'{"output":"mp4","path":"a.mp4","size_bytes":500,"duration_seconds":null,"bit_rate":null,"width":null,"height":null,"frame_rate":null,"sample_rate":null,"codecs":null,"video_range":null,"segments":null,"renditions":[]}');
INSERT INTO "artifacts" VALUES(4,'mp3','audio/a.mp3',NULL,70,'{"output":"mp3","path":"audio/a.mp3","size_bytes":70,"duration_seconds":null,"bit_rate":null,"width":null,"height":null,"frame_rate":null,"sample_rate":null,"codecs":null,"video_range":null,"segments":null,"renditions":[]}');
CREATE TABLE attempts (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	job_number INTEGER NOT NULL, 
	step_number INTEGER NOT NULL, 
	attempt INTEGER NOT NULL, 
	step TEXT NOT NULL, 
	worker TEXT NOT NULL, 
	started_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	outcome TEXT NOT NULL, 
	wall_seconds FLOAT, 
	cpu_seconds FLOAT, 
	failure TEXT, 
	log TEXT NOT NULL, sandbox TEXT, 
	CONSTRAINT fk_attempts_job_number_jobs FOREIGN KEY(job_number) REFERENCES jobs (number) ON DELETE CASCADE, 
	CONSTRAINT uq_attempts_step_number_attempt UNIQUE (step_number, attempt)
);
INSERT INTO "attempts" VALUES(1,1,1,1,'inspect','worker-1',1772366400000000,1772366400000000,'completed',NULL,NULL,NULL,'[]',NULL);
INSERT INTO "attempts" VALUES(2,1,2,1,'encode','worker-1',1772366400000000,1772366400000000,'completed',3.0,5.0,NULL,'["one","two"]','strong');
INSERT INTO "attempts" VALUES(3,1,3,1,'package','worker-1',1772366400000000,1772366400000000,'completed',1.0,0.0,NULL,'[]',NULL);
INSERT INTO "attempts" VALUES(4,1,4,1,'close','worker-1',1772366400000000,1772366400000000,'completed',0.0,0.0,NULL,'[]',NULL);
INSERT INTO "attempts" VALUES(5,2,5,1,'inspect','worker-1',1772366400000000,1772366400000000,'completed',NULL,NULL,NULL,'[]',NULL);
INSERT INTO "attempts" VALUES(6,2,6,1,'encode','worker-1',1772366400000000,1772366400000000,'failed',0.0,0.0,'{"code":"command_failed","message":"it said no","retryable":false,"output":null,"detail":""}','[]',NULL);
INSERT INTO "attempts" VALUES(7,3,9,1,'inspect','worker-1',1772366400000000,1772366400000000,'completed',NULL,NULL,NULL,'[]',NULL);
INSERT INTO "attempts" VALUES(8,4,13,1,'inspect','worker-1',1772366400000000,1772366400000000,'completed',NULL,NULL,NULL,'[]',NULL);
INSERT INTO "attempts" VALUES(9,4,14,1,'encode','worker-1',1772366400000000,1772366400000000,'completed',3.0,5.0,NULL,'["one","two"]','strong');
INSERT INTO "attempts" VALUES(10,4,15,1,'package','worker-1',1772366400000000,1772366400000000,'again',0.0,0.0,NULL,'[]',NULL);
INSERT INTO "attempts" VALUES(11,5,17,1,'inspect','worker-1',1772366400000000,NULL,'running',NULL,NULL,NULL,'[]',NULL);
CREATE TABLE batch_jobs (
	job_number INTEGER NOT NULL, 
	batch_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	CONSTRAINT pk_batch_jobs PRIMARY KEY (job_number), 
	CONSTRAINT fk_batch_jobs_batch_id_batches FOREIGN KEY(batch_id) REFERENCES batches (batch_id) ON DELETE CASCADE, 
	CONSTRAINT fk_batch_jobs_job_number_jobs FOREIGN KEY(job_number) REFERENCES jobs (number) ON DELETE CASCADE
);
INSERT INTO "batch_jobs" VALUES(7,'batch',0);
CREATE TABLE batches (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	batch_id TEXT NOT NULL, 
	key_id TEXT NOT NULL, 
	created_at BIGINT NOT NULL, 
	completed_at BIGINT, 
	run INTEGER NOT NULL, 
	total INTEGER NOT NULL, 
	name TEXT, 
	webhook TEXT, 
	user_metadata TEXT NOT NULL, 
	refused TEXT NOT NULL, 
	CONSTRAINT uq_batches_batch_id UNIQUE (batch_id)
);
INSERT INTO "batches" VALUES(1,'batch','key-1',1772362800000000,NULL,1,1,NULL,NULL,'{}','[]');
CREATE TABLE events (
	job_number INTEGER NOT NULL, 
	sequence INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	data TEXT NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (job_number, sequence), 
	CONSTRAINT fk_events_job_number_jobs FOREIGN KEY(job_number) REFERENCES jobs (number) ON DELETE CASCADE
);
INSERT INTO "events" VALUES(1,1,'job.queued',1772366400000000,'{}');
INSERT INTO "events" VALUES(1,2,'job.started',1772366400000000,'{"worker":"worker-1"}');
INSERT INTO "events" VALUES(1,3,'step.begun',1772366400000000,'{"step":"inspect","attempt":1,"worker":"worker-1"}');
INSERT INTO "events" VALUES(1,4,'task.running',1772366400000000,'{"task":"validate"}');
INSERT INTO "events" VALUES(1,5,'job.processing',1772366400000000,'{}');
INSERT INTO "events" VALUES(1,6,'task.skipped',1772366400000000,'{"task":"captions","reason":"there are none"}');
INSERT INTO "events" VALUES(1,7,'task.completed',1772366400000000,'{"task":"validate"}');
INSERT INTO "events" VALUES(1,8,'step.begun',1772366400000000,'{"step":"encode","attempt":1,"worker":"worker-1"}');
INSERT INTO "events" VALUES(1,9,'task.running',1772366400000000,'{"task":"transcode"}');
INSERT INTO "events" VALUES(1,10,'task.running',1772366400000000,'{"task":"sound"}');
INSERT INTO "events" VALUES(1,11,'task.running',1772366400000000,'{"task":"measure"}');
INSERT INTO "events" VALUES(1,12,'artifact.published',1772366400000000,'{"output":"mp4","path":"a.mp4","size_bytes":500}');
INSERT INTO "events" VALUES(1,13,'artifact.published',1772366400000000,'{"output":"mp3","path":"audio/a.mp3","size_bytes":70}');
INSERT INTO "events" VALUES(1,14,'task.completed',1772366400000000,'{"task":"transcode"}');
INSERT INTO "events" VALUES(1,15,'task.completed',1772366400000000,'{"task":"sound"}');
INSERT INTO "events" VALUES(1,16,'task.completed',1772366400000000,'{"task":"measure"}');
INSERT INTO "events" VALUES(1,17,'step.begun',1772366400000000,'{"step":"package","attempt":1,"worker":"worker-1"}');
INSERT INTO "events" VALUES(1,18,'task.running',1772366400000000,'{"task":"package"}');
INSERT INTO "events" VALUES(1,19,'artifact.published',1772366400000000,'{"output":"hls","path":"360p/hls/playlist.m3u8","size_bytes":605}');
INSERT INTO "events" VALUES(1,20,'task.completed',1772366400000000,'{"task":"package"}');
INSERT INTO "events" VALUES(1,21,'step.begun',1772366400000000,'{"step":"close","attempt":1,"worker":"worker-1"}');
INSERT INTO "events" VALUES(1,22,'job.completed',1772366400000000,'{}');
INSERT INTO "events" VALUES(2,1,'job.queued',1772366400000000,'{}');
INSERT INTO "events" VALUES(2,2,'job.started',1772366400000000,'{"worker":"worker-1"}');
INSERT INTO "events" VALUES(2,3,'step.begun',1772366400000000,'{"step":"inspect","attempt":1,"worker":"worker-1"}');
INSERT INTO "events" VALUES(2,4,'task.running',1772366400000000,'{"task":"validate"}');
INSERT INTO "events" VALUES(2,5,'job.processing',1772366400000000,'{}');
INSERT INTO "events" VALUES(2,6,'task.skipped',1772366400000000,'{"task":"captions","reason":"there are none"}');
INSERT INTO "events" VALUES(2,7,'task.completed',1772366400000000,'{"task":"validate"}');
INSERT INTO "events" VALUES(2,8,'step.begun',1772366400000000,'{"step":"encode","attempt":1,"worker":"worker-1"}');
INSERT INTO "events" VALUES(2,9,'task.running',1772366400000000,'{"task":"transcode"}');
INSERT INTO "events" VALUES(2,10,'task.running',1772366400000000,'{"task":"sound"}');
INSERT INTO "events" VALUES(2,11,'task.running',1772366400000000,'{"task":"measure"}');
INSERT INTO "events" VALUES(2,12,'artifact.published',1772366400000000,'{"output":"mp3","path":"audio/a.mp3","size_bytes":70}');
INSERT INTO "events" VALUES(2,13,'task.failed',1772366400000000,'{"task":"transcode","code":"command_failed","message":"it said no","retryable":false}');
INSERT INTO "events" VALUES(2,14,'task.completed',1772366400000000,'{"task":"sound"}');
INSERT INTO "events" VALUES(2,15,'task.failed',1772366400000000,'{"task":"measure","code":"command_failed","message":"it said no","retryable":false}');
INSERT INTO "events" VALUES(2,16,'task.failed',1772366400000000,'{"task":"package","code":"command_failed","message":"it said no","retryable":false}');
INSERT INTO "events" VALUES(2,17,'job.failed',1772366400000000,'{"code":"command_failed","message":"it said no","retryable":false}');
INSERT INTO "events" VALUES(3,1,'job.queued',1772366400000000,'{}');
INSERT INTO "events" VALUES(3,2,'job.started',1772366400000000,'{"worker":"worker-1"}');
INSERT INTO "events" VALUES(3,3,'step.begun',1772366400000000,'{"step":"inspect","attempt":1,"worker":"worker-1"}');
INSERT INTO "events" VALUES(3,4,'task.running',1772366400000000,'{"task":"validate"}');
INSERT INTO "events" VALUES(3,5,'job.processing',1772366400000000,'{}');
INSERT INTO "events" VALUES(3,6,'task.skipped',1772366400000000,'{"task":"captions","reason":"there are none"}');
INSERT INTO "events" VALUES(3,7,'task.completed',1772366400000000,'{"task":"validate"}');
INSERT INTO "events" VALUES(3,8,'task.cancelled',1772366400000000,'{"task":"transcode"}');
INSERT INTO "events" VALUES(3,9,'task.cancelled',1772366400000000,'{"task":"sound"}');
INSERT INTO "events" VALUES(3,10,'task.cancelled',1772366400000000,'{"task":"measure"}');
INSERT INTO "events" VALUES(3,11,'task.cancelled',1772366400000000,'{"task":"package"}');
INSERT INTO "events" VALUES(3,12,'job.cancelled',1772366400000000,'{}');
INSERT INTO "events" VALUES(4,1,'job.queued',1772366400000000,'{}');
INSERT INTO "events" VALUES(4,2,'job.started',1772366400000000,'{"worker":"worker-1"}');
INSERT INTO "events" VALUES(4,3,'step.begun',1772366400000000,'{"step":"inspect","attempt":1,"worker":"worker-1"}');
INSERT INTO "events" VALUES(4,4,'task.running',1772366400000000,'{"task":"validate"}');
INSERT INTO "events" VALUES(4,5,'job.processing',1772366400000000,'{}');
INSERT INTO "events" VALUES(4,6,'task.skipped',1772366400000000,'{"task":"captions","reason":"there are none"}');
INSERT INTO "events" VALUES(4,7,'task.completed',1772366400000000,'{"task":"validate"}');
INSERT INTO "events" VALUES(4,8,'step.begun',1772366400000000,'{"step":"encode","attempt":1,"worker":"worker-1"}');
INSERT INTO "events" VALUES(4,9,'task.running',1772366400000000,'{"task":"transcode"}');
INSERT INTO "events" VALUES(4,10,'task.running',1772366400000000,'{"task":"sound"}');
INSERT INTO "events" VALUES(4,11,'task.running',1772366400000000,'{"task":"measure"}');
INSERT INTO "events" VALUES(4,12,'artifact.published',1772366400000000,'{"output":"mp4","path":"a.mp4","size_bytes":500}');
INSERT INTO "events" VALUES(4,13,'artifact.published',1772366400000000,'{"output":"mp3","path":"audio/a.mp3","size_bytes":70}');
INSERT INTO "events" VALUES(4,14,'task.completed',1772366400000000,'{"task":"transcode"}');
INSERT INTO "events" VALUES(4,15,'task.completed',1772366400000000,'{"task":"sound"}');
INSERT INTO "events" VALUES(4,16,'task.completed',1772366400000000,'{"task":"measure"}');
INSERT INTO "events" VALUES(4,17,'step.begun',1772366400000000,'{"step":"package","attempt":1,"worker":"worker-1"}');
INSERT INTO "events" VALUES(4,18,'task.running',1772366400000000,'{"task":"package"}');
INSERT INTO "events" VALUES(4,19,'step.delayed',1772366400000000,'{"step":"package","delay_seconds":60.0}');
INSERT INTO "events" VALUES(5,1,'job.queued',1772366400000000,'{}');
INSERT INTO "events" VALUES(5,2,'job.started',1772366400000000,'{"worker":"worker-1"}');
INSERT INTO "events" VALUES(5,3,'step.begun',1772366400000000,'{"step":"inspect","attempt":1,"worker":"worker-1"}');
INSERT INTO "events" VALUES(5,4,'task.running',1772366400000000,'{"task":"validate"}');
INSERT INTO "events" VALUES(6,1,'job.queued',1772366400000000,'{}');
INSERT INTO "events" VALUES(7,1,'job.queued',1772366400000000,'{}');
CREATE TABLE idempotency (
	key_id TEXT NOT NULL, 
	idempotency_key TEXT NOT NULL, 
	at BIGINT NOT NULL, 
	instance_id TEXT, 
	fingerprint TEXT, 
	status INTEGER, 
	body TEXT, 
	CONSTRAINT pk_idempotency PRIMARY KEY (key_id, idempotency_key)
);
INSERT INTO "idempotency" VALUES('key-1','held',1772366400000000,'worker-1',NULL,NULL,NULL);
INSERT INTO "idempotency" VALUES('key-1','again',1772366400000000,NULL,'POST /jobs',202,'{"job_id": "job-1"}');
CREATE TABLE instances (
	instance_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	host TEXT NOT NULL, 
	pid INTEGER NOT NULL, 
	started_at BIGINT NOT NULL, 
	beat INTEGER NOT NULL, 
	slots TEXT NOT NULL, 
	CONSTRAINT pk_instances PRIMARY KEY (instance_id)
);
INSERT INTO "instances" VALUES('worker-1','worker','a',7,1767225601000000,0,'{"cpu":2,"io":4}');
CREATE TABLE jobs (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	job_id TEXT NOT NULL, 
	key_id TEXT NOT NULL, 
	status TEXT NOT NULL, 
	priority INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	started_at BIGINT, 
	completed_at BIGINT, 
	run INTEGER NOT NULL, 
	sequence INTEGER NOT NULL, 
	fraction FLOAT, 
	source_type TEXT NOT NULL, 
	recipe TEXT NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	filename TEXT NOT NULL, 
	failure TEXT, 
	user_metadata TEXT NOT NULL, 
	searched TEXT NOT NULL, 
	settings TEXT NOT NULL, 
	video_info TEXT NOT NULL, 
	sources TEXT NOT NULL, 
	warnings TEXT NOT NULL, 
	papers TEXT, 
	graph TEXT NOT NULL, 
	facts TEXT, 
	"plan" TEXT, webhook TEXT, 
	CONSTRAINT uq_jobs_job_id UNIQUE (job_id)
);
INSERT INTO "jobs" VALUES(1,'completed','key-1','completed',5,1772362800000000,1772366400000000,1772366400000000,1772366400000000,1,22,1.0,'upload','ladder',1000,'film.mp4',NULL,'{"tags":["a","b"]}','film.mp4
tags
a
b','{}','{"duration":9.5}','{"main":{"kind":"stored","location":"raw/source.mp4","size_bytes":1000,"sha256":null,"identity":null}}','[{"code":"dropped","message":"the subtitles are left out"}]','{"title":"é"}','{"version":1,"sources":[{"id":"main"}],"nodes":[{"id":"picture","source":"main","op":"select_video"},{"id":"track","source":"main","op":"select_audio","language":null,"track":null},{"id":"video","input":"picture","op":"encode_video","codec":"h264","crf":23,"bit_rate":null,"max_bit_rate":null,"size_bytes":null,"beside_bit_rate":0,"two_pass":false,"preset":null,"tune":null,"profile":null,"level":null,"gop_frames":null,"key_frame_seconds":null,"threads":null},{"id":"audio","input":"track","op":"encode_audio","codec":"aac","bit_rate":96000,"sample_rate":null}],"outputs":[{"name":"mp4","task":"transcode","required":true,"when":null,"kind":"file","path":"a.mp4","streams":["video","audio"],"container":{"format":"mp4"},"tags":[],"keep":[]}]}','{"version":1,"sources":[],"capabilities":{"ffmpeg_version":"9","encoders":[],"filters":[],"fonts":[],"glyphs":"","cpu_count":1,"sandbox":"none"}}','{"version":1,"steps":[{"id":"encode","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"source","name":"main","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["mp4","mp3","quality"],"tasks":["transcode","sound","measure"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":8.0,"size_bytes":1},"why":[],"split":[]},{"id":"package","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"output","name":"mp4","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["hls"],"tasks":["package"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":1.99,"size_bytes":1},"why":[],"split":[]},{"id":"close","executor":"close","resource":"io","first":[],"process":null,"document":null,"outputs":["papers"],"tasks":[],"after":["mp4","mp3","hls"],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":0.0,"cpu_seconds":0.0,"size_bytes":0},"why":[],"split":[]}],"tasks":[{"name":"validate","outputs":["facts"],"required":true,"skipped":null},{"name":"transcode","outputs":["mp4"],"required":true,"skipped":null},{"name":"sound","outputs":["mp3"],"required":false,"skipped":null},{"name":"measure","outputs":["quality"],"required":false,"skipped":null},{"name":"package","outputs":["hls"],"required":true,"skipped":null},{"name":"captions","outputs":[],"required":true,"skipped":"there are none"}],"warnings":[{"code":"dropped","message":"the subtitles are left out"}],"cost":{"wall_seconds":9.0,"cpu_seconds":9.0,"size_bytes":9}}',NULL);
INSERT INTO "jobs" VALUES(2,'failed','key-1','failed',5,1772362800000000,1772366400000000,1772366400000000,1772366400000000,1,17,0.999,'upload','ladder',1000,'film.mp4','{"code":"command_failed","message":"it said no","retryable":false,"output":null,"detail":""}','{}','film.mp4','{}','{"duration":9.5}','{"main":{"kind":"stored","location":"raw/source.mp4","size_bytes":1000,"sha256":null,"identity":null}}','[{"code":"dropped","message":"the subtitles are left out"}]',NULL,'{"version":1,"sources":[{"id":"main"}],"nodes":[{"id":"picture","source":"main","op":"select_video"},{"id":"track","source":"main","op":"select_audio","language":null,"track":null},{"id":"video","input":"picture","op":"encode_video","codec":"h264","crf":23,"bit_rate":null,"max_bit_rate":null,"size_bytes":null,"beside_bit_rate":0,"two_pass":false,"preset":null,"tune":null,"profile":null,"level":null,"gop_frames":null,"key_frame_seconds":null,"threads":null},{"id":"audio","input":"track","op":"encode_audio","codec":"aac","bit_rate":96000,"sample_rate":null}],"outputs":[{"name":"mp4","task":"transcode","required":true,"when":null,"kind":"file","path":"a.mp4","streams":["video","audio"],"container":{"format":"mp4"},"tags":[],"keep":[]}]}','{"version":1,"sources":[],"capabilities":{"ffmpeg_version":"9","encoders":[],"filters":[],"fonts":[],"glyphs":"","cpu_count":1,"sandbox":"none"}}','{"version":1,"steps":[{"id":"encode","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"source","name":"main","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["mp4","mp3","quality"],"tasks":["transcode","sound","measure"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":8.0,"size_bytes":1},"why":[],"split":[]},{"id":"package","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"output","name":"mp4","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["hls"],"tasks":["package"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":1.99,"size_bytes":1},"why":[],"split":[]},{"id":"close","executor":"close","resource":"io","first":[],"process":null,"document":null,"outputs":["papers"],"tasks":[],"after":["mp4","mp3","hls"],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":0.0,"cpu_seconds":0.0,"size_bytes":0},"why":[],"split":[]}],"tasks":[{"name":"validate","outputs":["facts"],"required":true,"skipped":null},{"name":"transcode","outputs":["mp4"],"required":true,"skipped":null},{"name":"sound","outputs":["mp3"],"required":false,"skipped":null},{"name":"measure","outputs":["quality"],"required":false,"skipped":null},{"name":"package","outputs":["hls"],"required":true,"skipped":null},{"name":"captions","outputs":[],"required":true,"skipped":"there are none"}],"warnings":[{"code":"dropped","message":"the subtitles are left out"}],"cost":{"wall_seconds":9.0,"cpu_seconds":9.0,"size_bytes":9}}',NULL);
INSERT INTO "jobs" VALUES(3,'cancelled','key-1','cancelled',5,1772362800000000,1772366400000000,1772366400000000,1772366400000000,1,12,0.001,'upload','ladder',1000,'film.mp4',NULL,'{}','film.mp4','{}','{"duration":9.5}','{"main":{"kind":"stored","location":"raw/source.mp4","size_bytes":1000,"sha256":null,"identity":null}}','[{"code":"dropped","message":"the subtitles are left out"}]',NULL,'{"version":1,"sources":[{"id":"main"}],"nodes":[{"id":"picture","source":"main","op":"select_video"},{"id":"track","source":"main","op":"select_audio","language":null,"track":null},{"id":"video","input":"picture","op":"encode_video","codec":"h264","crf":23,"bit_rate":null,"max_bit_rate":null,"size_bytes":null,"beside_bit_rate":0,"two_pass":false,"preset":null,"tune":null,"profile":null,"level":null,"gop_frames":null,"key_frame_seconds":null,"threads":null},{"id":"audio","input":"track","op":"encode_audio","codec":"aac","bit_rate":96000,"sample_rate":null}],"outputs":[{"name":"mp4","task":"transcode","required":true,"when":null,"kind":"file","path":"a.mp4","streams":["video","audio"],"container":{"format":"mp4"},"tags":[],"keep":[]}]}','{"version":1,"sources":[],"capabilities":{"ffmpeg_version":"9","encoders":[],"filters":[],"fonts":[],"glyphs":"","cpu_count":1,"sandbox":"none"}}','{"version":1,"steps":[{"id":"encode","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"source","name":"main","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["mp4","mp3","quality"],"tasks":["transcode","sound","measure"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":8.0,"size_bytes":1},"why":[],"split":[]},{"id":"package","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"output","name":"mp4","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["hls"],"tasks":["package"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":1.99,"size_bytes":1},"why":[],"split":[]},{"id":"close","executor":"close","resource":"io","first":[],"process":null,"document":null,"outputs":["papers"],"tasks":[],"after":["mp4","mp3","hls"],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":0.0,"cpu_seconds":0.0,"size_bytes":0},"why":[],"split":[]}],"tasks":[{"name":"validate","outputs":["facts"],"required":true,"skipped":null},{"name":"transcode","outputs":["mp4"],"required":true,"skipped":null},{"name":"sound","outputs":["mp3"],"required":false,"skipped":null},{"name":"measure","outputs":["quality"],"required":false,"skipped":null},{"name":"package","outputs":["hls"],"required":true,"skipped":null},{"name":"captions","outputs":[],"required":true,"skipped":"there are none"}],"warnings":[{"code":"dropped","message":"the subtitles are left out"}],"cost":{"wall_seconds":9.0,"cpu_seconds":9.0,"size_bytes":9}}',NULL);
INSERT INTO "jobs" VALUES(4,'processing','key-1','processing',5,1772362800000000,1772366400000000,1772366400000000,NULL,1,19,0.8002,'upload','ladder',1000,'film.mp4',NULL,'{}','film.mp4','{}','{"duration":9.5}','{"main":{"kind":"stored","location":"raw/source.mp4","size_bytes":1000,"sha256":null,"identity":null}}','[{"code":"dropped","message":"the subtitles are left out"}]',NULL,'{"version":1,"sources":[{"id":"main"}],"nodes":[{"id":"picture","source":"main","op":"select_video"},{"id":"track","source":"main","op":"select_audio","language":null,"track":null},{"id":"video","input":"picture","op":"encode_video","codec":"h264","crf":23,"bit_rate":null,"max_bit_rate":null,"size_bytes":null,"beside_bit_rate":0,"two_pass":false,"preset":null,"tune":null,"profile":null,"level":null,"gop_frames":null,"key_frame_seconds":null,"threads":null},{"id":"audio","input":"track","op":"encode_audio","codec":"aac","bit_rate":96000,"sample_rate":null}],"outputs":[{"name":"mp4","task":"transcode","required":true,"when":null,"kind":"file","path":"a.mp4","streams":["video","audio"],"container":{"format":"mp4"},"tags":[],"keep":[]}]}','{"version":1,"sources":[],"capabilities":{"ffmpeg_version":"9","encoders":[],"filters":[],"fonts":[],"glyphs":"","cpu_count":1,"sandbox":"none"}}','{"version":1,"steps":[{"id":"encode","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"source","name":"main","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["mp4","mp3","quality"],"tasks":["transcode","sound","measure"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":8.0,"size_bytes":1},"why":[],"split":[]},{"id":"package","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"output","name":"mp4","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["hls"],"tasks":["package"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":1.99,"size_bytes":1},"why":[],"split":[]},{"id":"close","executor":"close","resource":"io","first":[],"process":null,"document":null,"outputs":["papers"],"tasks":[],"after":["mp4","mp3","hls"],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":0.0,"cpu_seconds":0.0,"size_bytes":0},"why":[],"split":[]}],"tasks":[{"name":"validate","outputs":["facts"],"required":true,"skipped":null},{"name":"transcode","outputs":["mp4"],"required":true,"skipped":null},{"name":"sound","outputs":["mp3"],"required":false,"skipped":null},{"name":"measure","outputs":["quality"],"required":false,"skipped":null},{"name":"package","outputs":["hls"],"required":true,"skipped":null},{"name":"captions","outputs":[],"required":true,"skipped":"there are none"}],"warnings":[{"code":"dropped","message":"the subtitles are left out"}],"cost":{"wall_seconds":9.0,"cpu_seconds":9.0,"size_bytes":9}}',NULL);
INSERT INTO "jobs" VALUES(5,'validating','key-1','validating',5,1772362800000000,1772366400000000,1772366400000000,NULL,1,4,NULL,'upload','ladder',1000,'film.mp4',NULL,'{}','film.mp4','{}','{}','{"main":{"kind":"stored","location":"raw/source.mp4","size_bytes":1000,"sha256":null,"identity":null}}','[]',NULL,'{"version":1,"sources":[{"id":"main"}],"nodes":[{"id":"picture","source":"main","op":"select_video"},{"id":"track","source":"main","op":"select_audio","language":null,"track":null},{"id":"video","input":"picture","op":"encode_video","codec":"h264","crf":23,"bit_rate":null,"max_bit_rate":null,"size_bytes":null,"beside_bit_rate":0,"two_pass":false,"preset":null,"tune":null,"profile":null,"level":null,"gop_frames":null,"key_frame_seconds":null,"threads":null},{"id":"audio","input":"track","op":"encode_audio","codec":"aac","bit_rate":96000,"sample_rate":null}],"outputs":[{"name":"mp4","task":"transcode","required":true,"when":null,"kind":"file","path":"a.mp4","streams":["video","audio"],"container":{"format":"mp4"},"tags":[],"keep":[]}]}',NULL,NULL,NULL);
INSERT INTO "jobs" VALUES(6,'pending','key-1','pending',5,1772362800000000,1772366400000000,NULL,NULL,1,1,NULL,'upload','ladder',1000,'film.mp4',NULL,'{}','film.mp4','{}','{}','{"main":{"kind":"stored","location":"raw/source.mp4","size_bytes":1000,"sha256":null,"identity":null}}','[]',NULL,'{"version":1,"sources":[{"id":"main"}],"nodes":[{"id":"picture","source":"main","op":"select_video"},{"id":"track","source":"main","op":"select_audio","language":null,"track":null},{"id":"video","input":"picture","op":"encode_video","codec":"h264","crf":23,"bit_rate":null,"max_bit_rate":null,"size_bytes":null,"beside_bit_rate":0,"two_pass":false,"preset":null,"tune":null,"profile":null,"level":null,"gop_frames":null,"key_frame_seconds":null,"threads":null},{"id":"audio","input":"track","op":"encode_audio","codec":"aac","bit_rate":96000,"sample_rate":null}],"outputs":[{"name":"mp4","task":"transcode","required":true,"when":null,"kind":"file","path":"a.mp4","streams":["video","audio"],"container":{"format":"mp4"},"tags":[],"keep":[]}]}',NULL,NULL,'{"url":"http://127.0.0.1/job","events":["job.completed","job.failed","job.cancelled"],"gone":false}');
INSERT INTO "jobs" VALUES(7,'batched','key-1','pending',5,1772362800000000,1772366400000000,NULL,NULL,1,1,NULL,'upload','ladder',1000,'film.mp4',NULL,'{}','film.mp4','{}','{}','{"main":{"kind":"stored","location":"raw/source.mp4","size_bytes":1000,"sha256":null,"identity":null}}','[]',NULL,'{"version":1,"sources":[{"id":"main"}],"nodes":[{"id":"picture","source":"main","op":"select_video"},{"id":"track","source":"main","op":"select_audio","language":null,"track":null},{"id":"video","input":"picture","op":"encode_video","codec":"h264","crf":23,"bit_rate":null,"max_bit_rate":null,"size_bytes":null,"beside_bit_rate":0,"two_pass":false,"preset":null,"tune":null,"profile":null,"level":null,"gop_frames":null,"key_frame_seconds":null,"threads":null},{"id":"audio","input":"track","op":"encode_audio","codec":"aac","bit_rate":96000,"sample_rate":null}],"outputs":[{"name":"mp4","task":"transcode","required":true,"when":null,"kind":"file","path":"a.mp4","streams":["video","audio"],"container":{"format":"mp4"},"tags":[],"keep":[]}]}',NULL,NULL,NULL);
CREATE TABLE labels (
	job_number INTEGER NOT NULL, 
	field TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_labels PRIMARY KEY (job_number, field, value), 
	CONSTRAINT fk_labels_job_number_jobs FOREIGN KEY(job_number) REFERENCES jobs (number) ON DELETE CASCADE
);
INSERT INTO "labels" VALUES(1,'tags','a');
INSERT INTO "labels" VALUES(1,'tags','b');
CREATE TABLE presets (
	owner TEXT NOT NULL, 
	name TEXT NOT NULL, 
	version INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	removed_at BIGINT, 
	description TEXT NOT NULL, 
	settings TEXT NOT NULL, 
	CONSTRAINT pk_presets PRIMARY KEY (owner, name, version)
);
INSERT INTO "presets" VALUES('key-1','small',1,1772366400000000,NULL,'','{"output":{"format":"webm"}}');
CREATE TABLE qualities (
	job_number INTEGER NOT NULL, 
	output TEXT NOT NULL, 
	quality TEXT NOT NULL, 
	CONSTRAINT pk_qualities PRIMARY KEY (job_number, output), 
	CONSTRAINT fk_qualities_job_number_jobs FOREIGN KEY(job_number) REFERENCES jobs (number) ON DELETE CASCADE
);
INSERT INTO "qualities" VALUES(1,'quality','{"output":"quality","psnr":40.0,"ssim":0.98,"frame_count":9}');
INSERT INTO "qualities" VALUES(4,'quality','{"output":"quality","psnr":40.0,"ssim":0.98,"frame_count":9}');
CREATE TABLE steps (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	job_number INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	resource TEXT NOT NULL, 
	status TEXT NOT NULL, 
	attempt INTEGER NOT NULL, 
	failures INTEGER NOT NULL, 
	beat INTEGER NOT NULL, 
	worker TEXT, 
	delay_seconds FLOAT, 
	not_before BIGINT, 
	cpu_seconds FLOAT NOT NULL, 
	fraction FLOAT, 
	origin_number INTEGER, 
	made TEXT NOT NULL, 
	failed TEXT NOT NULL, 
	progress TEXT, 
	room_bytes INTEGER DEFAULT 0 NOT NULL, waits INTEGER DEFAULT 0 NOT NULL, lacks_room BOOLEAN DEFAULT 0 NOT NULL, step TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT fk_steps_job_number_jobs FOREIGN KEY(job_number) REFERENCES jobs (number) ON DELETE CASCADE, 
	CONSTRAINT fk_steps_origin_number_steps FOREIGN KEY(origin_number) REFERENCES steps (number) ON DELETE CASCADE
);
INSERT INTO "steps" VALUES(1,1,0,'io','completed',1,0,0,'worker-1',NULL,NULL,0.0,NULL,NULL,'["facts"]','{}',NULL,0,0,0,'{"id":"inspect","executor":"inspect","resource":"io","first":[],"process":null,"document":null,"outputs":["facts"],"tasks":["validate"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":0.0,"cpu_seconds":0.0,"size_bytes":0},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(2,1,1,'cpu','completed',1,0,0,'worker-1',NULL,NULL,8.0,NULL,NULL,'["mp3","mp4","quality"]','{}',NULL,1,0,0,'{"id":"encode","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"source","name":"main","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["mp4","mp3","quality"],"tasks":["transcode","sound","measure"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":8.0,"size_bytes":1},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(3,1,2,'cpu','completed',1,0,0,'worker-1',NULL,NULL,1.99,NULL,NULL,'["hls"]','{}',NULL,1,0,0,'{"id":"package","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"output","name":"mp4","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["hls"],"tasks":["package"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":1.99,"size_bytes":1},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(4,1,3,'io','completed',1,0,0,'worker-1',NULL,NULL,0.0,NULL,NULL,'["papers"]','{}',NULL,0,0,0,'{"id":"close","executor":"close","resource":"io","first":[],"process":null,"document":null,"outputs":["papers"],"tasks":[],"after":["mp4","mp3","hls"],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":0.0,"cpu_seconds":0.0,"size_bytes":0},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(5,2,0,'io','completed',1,0,0,'worker-1',NULL,NULL,0.0,NULL,NULL,'["facts"]','{}',NULL,0,0,0,'{"id":"inspect","executor":"inspect","resource":"io","first":[],"process":null,"document":null,"outputs":["facts"],"tasks":["validate"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":0.0,"cpu_seconds":0.0,"size_bytes":0},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(6,2,1,'cpu','failed',1,0,0,'worker-1',NULL,NULL,8.0,NULL,NULL,'["mp3"]','{"mp4":{"code":"command_failed","message":"it said no","retryable":false,"output":null,"detail":""},"quality":{"code":"command_failed","message":"it said no","retryable":false,"output":null,"detail":""}}',NULL,1,0,0,'{"id":"encode","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"source","name":"main","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["mp4","mp3","quality"],"tasks":["transcode","sound","measure"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":8.0,"size_bytes":1},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(7,2,2,'cpu','failed',0,0,0,NULL,NULL,NULL,1.99,NULL,NULL,'[]','{"hls":{"code":"command_failed","message":"it said no","retryable":false,"output":null,"detail":""}}',NULL,1,0,0,'{"id":"package","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"output","name":"mp4","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["hls"],"tasks":["package"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":1.99,"size_bytes":1},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(8,2,3,'io','cancelled',0,0,0,NULL,NULL,NULL,0.0,NULL,NULL,'[]','{}',NULL,0,0,0,'{"id":"close","executor":"close","resource":"io","first":[],"process":null,"document":null,"outputs":["papers"],"tasks":[],"after":["mp4","mp3","hls"],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":0.0,"cpu_seconds":0.0,"size_bytes":0},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(9,3,0,'io','completed',1,0,0,'worker-1',NULL,NULL,0.0,NULL,NULL,'["facts"]','{}',NULL,0,0,0,'{"id":"inspect","executor":"inspect","resource":"io","first":[],"process":null,"document":null,"outputs":["facts"],"tasks":["validate"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":0.0,"cpu_seconds":0.0,"size_bytes":0},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(10,3,1,'cpu','cancelled',0,0,0,NULL,NULL,NULL,8.0,NULL,NULL,'[]','{}',NULL,1,0,0,'{"id":"encode","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"source","name":"main","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["mp4","mp3","quality"],"tasks":["transcode","sound","measure"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":8.0,"size_bytes":1},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(11,3,2,'cpu','cancelled',0,0,0,NULL,NULL,NULL,1.99,NULL,NULL,'[]','{}',NULL,1,0,0,'{"id":"package","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"output","name":"mp4","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["hls"],"tasks":["package"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":1.99,"size_bytes":1},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(12,3,3,'io','cancelled',0,0,0,NULL,NULL,NULL,0.0,NULL,NULL,'[]','{}',NULL,0,0,0,'{"id":"close","executor":"close","resource":"io","first":[],"process":null,"document":null,"outputs":["papers"],"tasks":[],"after":["mp4","mp3","hls"],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":0.0,"cpu_seconds":0.0,"size_bytes":0},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(13,4,0,'io','completed',1,0,0,'worker-1',NULL,NULL,0.0,NULL,NULL,'["facts"]','{}',NULL,0,0,0,'{"id":"inspect","executor":"inspect","resource":"io","first":[],"process":null,"document":null,"outputs":["facts"],"tasks":["validate"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":0.0,"cpu_seconds":0.0,"size_bytes":0},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(14,4,1,'cpu','completed',1,0,0,'worker-1',NULL,NULL,8.0,NULL,NULL,'["mp3","mp4","quality"]','{}',NULL,1,0,0,'{"id":"encode","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"source","name":"main","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["mp4","mp3","quality"],"tasks":["transcode","sound","measure"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":8.0,"size_bytes":1},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(15,4,2,'cpu','waiting',1,1,0,'worker-1',60.0,1772366460000000,1.99,NULL,NULL,'[]','{}',NULL,1,0,0,'{"id":"package","executor":"ffmpeg","resource":"cpu","first":[],"process":{"inputs":[{"origin":"output","name":"mp4","path":null,"demuxer":null,"seek_seconds":null,"length_seconds":null,"changing":false,"decoders":[],"max_streams":64,"known_decoders":[]}],"graphs":[],"targets":[],"measurements":[],"talks":false},"document":null,"outputs":["hls"],"tasks":["package"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":1.0,"cpu_seconds":1.99,"size_bytes":1},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(16,4,3,'io','waiting',0,0,0,NULL,NULL,NULL,0.0,NULL,NULL,'[]','{}',NULL,0,0,0,'{"id":"close","executor":"close","resource":"io","first":[],"process":null,"document":null,"outputs":["papers"],"tasks":[],"after":["mp4","mp3","hls"],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":0.0,"cpu_seconds":0.0,"size_bytes":0},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(17,5,0,'io','running',1,0,0,'worker-1',NULL,NULL,0.0,NULL,NULL,'[]','{}',NULL,0,0,0,'{"id":"inspect","executor":"inspect","resource":"io","first":[],"process":null,"document":null,"outputs":["facts"],"tasks":["validate"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":0.0,"cpu_seconds":0.0,"size_bytes":0},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(18,6,0,'io','ready',0,0,0,NULL,NULL,NULL,0.0,NULL,NULL,'[]','{}',NULL,0,0,0,'{"id":"inspect","executor":"inspect","resource":"io","first":[],"process":null,"document":null,"outputs":["facts"],"tasks":["validate"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":0.0,"cpu_seconds":0.0,"size_bytes":0},"why":[],"split":[]}');
INSERT INTO "steps" VALUES(19,7,0,'io','ready',0,0,0,NULL,NULL,NULL,0.0,NULL,NULL,'[]','{}',NULL,0,0,0,'{"id":"inspect","executor":"inspect","resource":"io","first":[],"process":null,"document":null,"outputs":["facts"],"tasks":["validate"],"after":[],"required":true,"expects":[],"damaged":"refuse","cost":{"wall_seconds":0.0,"cpu_seconds":0.0,"size_bytes":0},"why":[],"split":[]}');
CREATE TABLE tasks (
	job_number INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	status TEXT NOT NULL, 
	required BOOLEAN NOT NULL, 
	started_at BIGINT, 
	completed_at BIGINT, 
	output_size_bytes INTEGER, 
	reason TEXT, 
	outputs TEXT NOT NULL, 
	failure TEXT, 
	CONSTRAINT pk_tasks PRIMARY KEY (job_number, name), 
	CONSTRAINT fk_tasks_job_number_jobs FOREIGN KEY(job_number) REFERENCES jobs (number) ON DELETE CASCADE
);
INSERT INTO "tasks" VALUES(1,'validate',0,'completed',1,1772366400000000,1772366400000000,NULL,NULL,'["facts"]',NULL);
INSERT INTO "tasks" VALUES(1,'transcode',1,'completed',1,1772366400000000,1772366400000000,500,NULL,'["mp4"]',NULL);
INSERT INTO "tasks" VALUES(1,'sound',2,'completed',0,1772366400000000,1772366400000000,70,NULL,'["mp3"]',NULL);
INSERT INTO "tasks" VALUES(1,'measure',3,'completed',0,1772366400000000,1772366400000000,NULL,NULL,'["quality"]',NULL);
INSERT INTO "tasks" VALUES(1,'package',4,'completed',1,1772366400000000,1772366400000000,605,NULL,'["hls"]',NULL);
INSERT INTO "tasks" VALUES(1,'captions',5,'skipped',1,NULL,NULL,NULL,'there are none','[]',NULL);
INSERT INTO "tasks" VALUES(2,'validate',0,'completed',1,1772366400000000,1772366400000000,NULL,NULL,'["facts"]',NULL);
INSERT INTO "tasks" VALUES(2,'transcode',1,'failed',1,1772366400000000,1772366400000000,NULL,NULL,'["mp4"]','{"code":"command_failed","message":"it said no","retryable":false,"output":null,"detail":""}');
INSERT INTO "tasks" VALUES(2,'sound',2,'completed',0,1772366400000000,1772366400000000,70,NULL,'["mp3"]',NULL);
INSERT INTO "tasks" VALUES(2,'measure',3,'failed',0,1772366400000000,1772366400000000,NULL,NULL,'["quality"]','{"code":"command_failed","message":"it said no","retryable":false,"output":null,"detail":""}');
INSERT INTO "tasks" VALUES(2,'package',4,'failed',1,NULL,1772366400000000,NULL,NULL,'["hls"]','{"code":"command_failed","message":"it said no","retryable":false,"output":null,"detail":""}');
INSERT INTO "tasks" VALUES(2,'captions',5,'skipped',1,NULL,NULL,NULL,'there are none','[]',NULL);
INSERT INTO "tasks" VALUES(3,'validate',0,'completed',1,1772366400000000,1772366400000000,NULL,NULL,'["facts"]',NULL);
INSERT INTO "tasks" VALUES(3,'transcode',1,'cancelled',1,NULL,1772366400000000,NULL,NULL,'["mp4"]',NULL);
INSERT INTO "tasks" VALUES(3,'sound',2,'cancelled',0,NULL,1772366400000000,NULL,NULL,'["mp3"]',NULL);
INSERT INTO "tasks" VALUES(3,'measure',3,'cancelled',0,NULL,1772366400000000,NULL,NULL,'["quality"]',NULL);
INSERT INTO "tasks" VALUES(3,'package',4,'cancelled',1,NULL,1772366400000000,NULL,NULL,'["hls"]',NULL);
INSERT INTO "tasks" VALUES(3,'captions',5,'skipped',1,NULL,NULL,NULL,'there are none','[]',NULL);
INSERT INTO "tasks" VALUES(4,'validate',0,'completed',1,1772366400000000,1772366400000000,NULL,NULL,'["facts"]',NULL);
INSERT INTO "tasks" VALUES(4,'transcode',1,'completed',1,1772366400000000,1772366400000000,500,NULL,'["mp4"]',NULL);
INSERT INTO "tasks" VALUES(4,'sound',2,'completed',0,1772366400000000,1772366400000000,70,NULL,'["mp3"]',NULL);
INSERT INTO "tasks" VALUES(4,'measure',3,'completed',0,1772366400000000,1772366400000000,NULL,NULL,'["quality"]',NULL);
INSERT INTO "tasks" VALUES(4,'package',4,'pending',1,1772366400000000,NULL,NULL,NULL,'["hls"]',NULL);
INSERT INTO "tasks" VALUES(4,'captions',5,'skipped',1,NULL,NULL,NULL,'there are none','[]',NULL);
INSERT INTO "tasks" VALUES(5,'validate',0,'running',1,1772366400000000,NULL,NULL,NULL,'["facts"]',NULL);
INSERT INTO "tasks" VALUES(6,'validate',0,'pending',1,NULL,NULL,NULL,NULL,'["facts"]',NULL);
INSERT INTO "tasks" VALUES(7,'validate',0,'pending',1,NULL,NULL,NULL,NULL,'["facts"]',NULL);
CREATE TABLE uploads (
	upload_id TEXT NOT NULL, 
	key_id TEXT NOT NULL, 
	size_bytes INTEGER NOT NULL, 
	offset_bytes INTEGER NOT NULL, 
	created_at BIGINT NOT NULL, 
	expires_at BIGINT NOT NULL, 
	metadata TEXT NOT NULL, 
	CONSTRAINT pk_uploads PRIMARY KEY (upload_id)
);
CREATE TABLE usage_stats (
	key_id TEXT NOT NULL, 
	day DATE NOT NULL, 
	jobs_created INTEGER NOT NULL, 
	jobs_completed INTEGER NOT NULL, 
	jobs_failed INTEGER NOT NULL, 
	input_bytes INTEGER NOT NULL, 
	output_bytes INTEGER NOT NULL, 
	processing_seconds FLOAT NOT NULL, 
	CONSTRAINT pk_usage_stats PRIMARY KEY (key_id, day)
);
INSERT INTO "usage_stats" VALUES('key-1','2026-03-01',7,1,1,7000,1175,7.0);
CREATE TABLE webhook_attempts (
	delivery_number INTEGER NOT NULL, 
	attempt INTEGER NOT NULL, 
	started_at BIGINT NOT NULL, 
	ended_at BIGINT, 
	status_code INTEGER, 
	error TEXT, 
	excerpt TEXT NOT NULL, 
	CONSTRAINT pk_webhook_attempts PRIMARY KEY (delivery_number, attempt), 
	CONSTRAINT fk_webhook_attempts_delivery_number_webhook_deliveries FOREIGN KEY(delivery_number) REFERENCES webhook_deliveries (number) ON DELETE CASCADE
);
INSERT INTO "webhook_attempts" VALUES(1,1,1772366400000000,1772366400000000,NULL,'no','');
CREATE TABLE webhook_deliveries (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	delivery_id TEXT NOT NULL, 
	key_id TEXT NOT NULL, 
	holder TEXT NOT NULL, 
	endpoint_id TEXT, 
	type TEXT NOT NULL, 
	job_id TEXT, 
	batch_id TEXT, 
	sequence INTEGER, 
	status TEXT NOT NULL, 
	attempt INTEGER NOT NULL, 
	tries INTEGER NOT NULL, 
	sender TEXT, 
	created_at BIGINT NOT NULL, 
	due_at BIGINT, 
	ended_at BIGINT, 
	status_code INTEGER, 
	error TEXT, 
	url TEXT NOT NULL, 
	payload TEXT NOT NULL, 
	CONSTRAINT fk_webhook_deliveries_endpoint_id_webhook_endpoints FOREIGN KEY(endpoint_id) REFERENCES webhook_endpoints (endpoint_id) ON DELETE CASCADE, 
	CONSTRAINT uq_webhook_deliveries_delivery_id UNIQUE (delivery_id), 
	CONSTRAINT uq_webhook_deliveries_holder_job_id_sequence UNIQUE (holder, job_id, sequence), 
	CONSTRAINT uq_webhook_deliveries_holder_batch_id_sequence UNIQUE (holder, batch_id, sequence)
);
INSERT INTO "webhook_deliveries" VALUES(1,'msg_34921419709b791e3005baa4f655c3fd','key-1','ep_1','ep_1','job.queued','completed',NULL,1,'waiting',1,1,NULL,1772366400000000,1772366405000000,NULL,NULL,'no','http://127.0.0.1/hook','{"type":"job.queued","timestamp":"2026-03-01T12:00:00.000Z","data":{"job_id":"completed","status":"pending","run":1,"priority":5,"filename":"film.mp4","source_type":"upload","sequence":1,"created_at":"2026-03-01T11:00:00.000Z","started_at":null,"completed_at":null,"progress_percent":null,"error":null,"warnings":0,"user_metadata":{"tags":["a","b"]},"links":{"self":"/api/v1/jobs/completed"}}}');
INSERT INTO "webhook_deliveries" VALUES(2,'msg_bddb3f948587094f3d88262523100197','key-1','ep_1','ep_1','job.started','completed',NULL,2,'waiting',0,0,NULL,1772366400000000,NULL,NULL,NULL,NULL,'http://127.0.0.1/hook','{"type":"job.started","timestamp":"2026-03-01T12:00:00.000Z","data":{"job_id":"completed","status":"validating","run":1,"priority":5,"filename":"film.mp4","source_type":"upload","sequence":2,"created_at":"2026-03-01T11:00:00.000Z","started_at":"2026-03-01T12:00:00.000Z","completed_at":null,"progress_percent":null,"error":null,"warnings":0,"user_metadata":{"tags":["a","b"]},"links":{"self":"/api/v1/jobs/completed"}}}');
INSERT INTO "webhook_deliveries" VALUES(3,'msg_43a4bd13360f6b441dc662fa8839fde1','key-1','ep_1','ep_1','job.completed','completed',NULL,22,'waiting',0,0,NULL,1772366400000000,NULL,NULL,NULL,NULL,'http://127.0.0.1/hook','{"type":"job.completed","timestamp":"2026-03-01T12:00:00.000Z","data":{"job_id":"completed","status":"completed","run":1,"priority":5,"filename":"film.mp4","source_type":"upload","sequence":22,"created_at":"2026-03-01T11:00:00.000Z","started_at":"2026-03-01T12:00:00.000Z","completed_at":"2026-03-01T12:00:00.000Z","progress_percent":100,"error":null,"warnings":1,"user_metadata":{"tags":["a","b"]},"links":{"self":"/api/v1/jobs/completed"}}}');
INSERT INTO "webhook_deliveries" VALUES(4,'msg_b33bcfae048e00c4fd330eb8de9482e0','key-1','ep_1','ep_1','job.queued','failed',NULL,1,'waiting',0,0,NULL,1772366400000000,NULL,NULL,NULL,NULL,'http://127.0.0.1/hook','{"type":"job.queued","timestamp":"2026-03-01T12:00:00.000Z","data":{"job_id":"failed","status":"pending","run":1,"priority":5,"filename":"film.mp4","source_type":"upload","sequence":1,"created_at":"2026-03-01T11:00:00.000Z","started_at":null,"completed_at":null,"progress_percent":null,"error":null,"warnings":0,"user_metadata":{},"links":{"self":"/api/v1/jobs/failed"}}}');
INSERT INTO "webhook_deliveries" VALUES(5,'msg_7cf4f023130a7b3b7a14e5e34f8036cc','key-1','ep_1','ep_1','job.started','failed',NULL,2,'waiting',0,0,NULL,1772366400000000,NULL,NULL,NULL,NULL,'http://127.0.0.1/hook','{"type":"job.started","timestamp":"2026-03-01T12:00:00.000Z","data":{"job_id":"failed","status":"validating","run":1,"priority":5,"filename":"film.mp4","source_type":"upload","sequence":2,"created_at":"2026-03-01T11:00:00.000Z","started_at":"2026-03-01T12:00:00.000Z","completed_at":null,"progress_percent":null,"error":null,"warnings":0,"user_metadata":{},"links":{"self":"/api/v1/jobs/failed"}}}');
INSERT INTO "webhook_deliveries" VALUES(6,'msg_ba51a62634b2e7449c2e6a296199d412','key-1','ep_1','ep_1','job.failed','failed',NULL,17,'waiting',0,0,NULL,1772366400000000,NULL,NULL,NULL,NULL,'http://127.0.0.1/hook','{"type":"job.failed","timestamp":"2026-03-01T12:00:00.000Z","data":{"job_id":"failed","status":"failed","run":1,"priority":5,"filename":"film.mp4","source_type":"upload","sequence":17,"created_at":"2026-03-01T11:00:00.000Z","started_at":"2026-03-01T12:00:00.000Z","completed_at":"2026-03-01T12:00:00.000Z","progress_percent":99,"error":{"code":"command_failed","message":"it said no","retryable":false},"warnings":1,"user_metadata":{},"links":{"self":"/api/v1/jobs/failed"}}}');
INSERT INTO "webhook_deliveries" VALUES(7,'msg_0419dc789beb81532df6a8c181cb180f','key-1','ep_1','ep_1','job.queued','cancelled',NULL,1,'waiting',0,0,NULL,1772366400000000,NULL,NULL,NULL,NULL,'http://127.0.0.1/hook','{"type":"job.queued","timestamp":"2026-03-01T12:00:00.000Z","data":{"job_id":"cancelled","status":"pending","run":1,"priority":5,"filename":"film.mp4","source_type":"upload","sequence":1,"created_at":"2026-03-01T11:00:00.000Z","started_at":null,"completed_at":null,"progress_percent":null,"error":null,"warnings":0,"user_metadata":{},"links":{"self":"/api/v1/jobs/cancelled"}}}');
INSERT INTO "webhook_deliveries" VALUES(8,'msg_c705d6c14bbbf1659c85c18d89244290','key-1','ep_1','ep_1','job.started','cancelled',NULL,2,'waiting',0,0,NULL,1772366400000000,NULL,NULL,NULL,NULL,'http://127.0.0.1/hook','{"type":"job.started","timestamp":"2026-03-01T12:00:00.000Z","data":{"job_id":"cancelled","status":"validating","run":1,"priority":5,"filename":"film.mp4","source_type":"upload","sequence":2,"created_at":"2026-03-01T11:00:00.000Z","started_at":"2026-03-01T12:00:00.000Z","completed_at":null,"progress_percent":null,"error":null,"warnings":0,"user_metadata":{},"links":{"self":"/api/v1/jobs/cancelled"}}}');
INSERT INTO "webhook_deliveries" VALUES(9,'msg_5ed695665f89722f0e1a644becdf28ab','key-1','ep_1','ep_1','job.cancelled','cancelled',NULL,12,'waiting',0,0,NULL,1772366400000000,NULL,NULL,NULL,NULL,'http://127.0.0.1/hook','{"type":"job.cancelled","timestamp":"2026-03-01T12:00:00.000Z","data":{"job_id":"cancelled","status":"cancelled","run":1,"priority":5,"filename":"film.mp4","source_type":"upload","sequence":12,"created_at":"2026-03-01T11:00:00.000Z","started_at":"2026-03-01T12:00:00.000Z","completed_at":"2026-03-01T12:00:00.000Z","progress_percent":0,"error":null,"warnings":1,"user_metadata":{},"links":{"self":"/api/v1/jobs/cancelled"}}}');
INSERT INTO "webhook_deliveries" VALUES(10,'msg_57699cf92e6b32040cfdd6b4e58e9a93','key-1','ep_1','ep_1','job.queued','processing',NULL,1,'waiting',0,0,NULL,1772366400000000,NULL,NULL,NULL,NULL,'http://127.0.0.1/hook','{"type":"job.queued","timestamp":"2026-03-01T12:00:00.000Z","data":{"job_id":"processing","status":"pending","run":1,"priority":5,"filename":"film.mp4","source_type":"upload","sequence":1,"created_at":"2026-03-01T11:00:00.000Z","started_at":null,"completed_at":null,"progress_percent":null,"error":null,"warnings":0,"user_metadata":{},"links":{"self":"/api/v1/jobs/processing"}}}');
INSERT INTO "webhook_deliveries" VALUES(11,'msg_78df259dc5643e32b179c642f2ae586c','key-1','ep_1','ep_1','job.started','processing',NULL,2,'waiting',0,0,NULL,1772366400000000,NULL,NULL,NULL,NULL,'http://127.0.0.1/hook','{"type":"job.started","timestamp":"2026-03-01T12:00:00.000Z","data":{"job_id":"processing","status":"validating","run":1,"priority":5,"filename":"film.mp4","source_type":"upload","sequence":2,"created_at":"2026-03-01T11:00:00.000Z","started_at":"2026-03-01T12:00:00.000Z","completed_at":null,"progress_percent":null,"error":null,"warnings":0,"user_metadata":{},"links":{"self":"/api/v1/jobs/processing"}}}');
INSERT INTO "webhook_deliveries" VALUES(12,'msg_27ee748728167c02cfc1b65bbfa65ea0','key-1','ep_1','ep_1','job.queued','validating',NULL,1,'waiting',0,0,NULL,1772366400000000,NULL,NULL,NULL,NULL,'http://127.0.0.1/hook','{"type":"job.queued","timestamp":"2026-03-01T12:00:00.000Z","data":{"job_id":"validating","status":"pending","run":1,"priority":5,"filename":"film.mp4","source_type":"upload","sequence":1,"created_at":"2026-03-01T11:00:00.000Z","started_at":null,"completed_at":null,"progress_percent":null,"error":null,"warnings":0,"user_metadata":{},"links":{"self":"/api/v1/jobs/validating"}}}');
INSERT INTO "webhook_deliveries" VALUES(13,'msg_92a2785a082ef29f3b1d808b446081c0','key-1','ep_1','ep_1','job.started','validating',NULL,2,'waiting',0,0,NULL,1772366400000000,NULL,NULL,NULL,NULL,'http://127.0.0.1/hook','{"type":"job.started","timestamp":"2026-03-01T12:00:00.000Z","data":{"job_id":"validating","status":"validating","run":1,"priority":5,"filename":"film.mp4","source_type":"upload","sequence":2,"created_at":"2026-03-01T11:00:00.000Z","started_at":"2026-03-01T12:00:00.000Z","completed_at":null,"progress_percent":null,"error":null,"warnings":0,"user_metadata":{},"links":{"self":"/api/v1/jobs/validating"}}}');
INSERT INTO "webhook_deliveries" VALUES(14,'msg_cdbc5250447ef872f7bd3bb63b3d183e','key-1','ep_1','ep_1','job.queued','pending',NULL,1,'waiting',0,0,NULL,1772366400000000,NULL,NULL,NULL,NULL,'http://127.0.0.1/hook','{"type":"job.queued","timestamp":"2026-03-01T12:00:00.000Z","data":{"job_id":"pending","status":"pending","run":1,"priority":5,"filename":"film.mp4","source_type":"upload","sequence":1,"created_at":"2026-03-01T11:00:00.000Z","started_at":null,"completed_at":null,"progress_percent":null,"error":null,"warnings":0,"user_metadata":{},"links":{"self":"/api/v1/jobs/pending"}}}');
INSERT INTO "webhook_deliveries" VALUES(15,'msg_d76c5f0dd1a01329970f818bffc0186f','key-1','ep_1','ep_1','job.queued','batched',NULL,1,'waiting',0,0,NULL,1772366400000000,NULL,NULL,NULL,NULL,'http://127.0.0.1/hook','{"type":"job.queued","timestamp":"2026-03-01T12:00:00.000Z","data":{"job_id":"batched","status":"pending","run":1,"priority":5,"filename":"film.mp4","source_type":"upload","sequence":1,"created_at":"2026-03-01T11:00:00.000Z","started_at":null,"completed_at":null,"progress_percent":null,"error":null,"warnings":0,"user_metadata":{},"links":{"self":"/api/v1/jobs/batched"}}}');
CREATE TABLE webhook_endpoints (
	endpoint_id TEXT NOT NULL, 
	key_id TEXT NOT NULL, 
	enabled BOOLEAN NOT NULL, 
	created_at BIGINT NOT NULL, 
	updated_at BIGINT NOT NULL, 
	disabled_reason TEXT, 
	url TEXT NOT NULL, 
	description TEXT NOT NULL, 
	events TEXT NOT NULL, 
	CONSTRAINT pk_webhook_endpoints PRIMARY KEY (endpoint_id)
);
INSERT INTO "webhook_endpoints" VALUES('ep_1','key-1',1,1772359200000000,1772359200000000,NULL,'http://127.0.0.1/hook','','["job.queued","job.started","job.completed","job.failed","job.cancelled","batch.completed"]');
CREATE TABLE webhook_secrets (
	holder TEXT NOT NULL, 
	text TEXT NOT NULL, 
	previous TEXT, 
	previous_until BIGINT, 
	CONSTRAINT pk_webhook_secrets PRIMARY KEY (holder)
);
INSERT INTO "webhook_secrets" VALUES('ep_1','whsec_FkSYDF4R3RlCA7+/QdwBRhRb9uKTr41mBc3Uh+1i3dQ=',NULL,NULL);
CREATE INDEX ix_idempotency_at ON idempotency (at);
CREATE INDEX ix_idempotency_instance_id ON idempotency (instance_id);
CREATE INDEX ix_jobs_created_at ON jobs (created_at);
CREATE INDEX ix_jobs_key_id_created_at ON jobs (key_id, created_at);
CREATE INDEX ix_jobs_status_completed_at ON jobs (status, completed_at);
CREATE INDEX ix_jobs_status_key_id ON jobs (status, key_id);
CREATE INDEX ix_usage_stats_day ON usage_stats (day);
CREATE INDEX ix_attempts_ended_at ON attempts (ended_at);
CREATE INDEX ix_attempts_job_number ON attempts (job_number);
CREATE INDEX ix_labels_field_value ON labels (field, value);
CREATE INDEX ix_steps_job_number_position ON steps (job_number, position);
CREATE INDEX ix_steps_origin_number ON steps (origin_number);
CREATE INDEX ix_steps_status_resource_not_before ON steps (status, resource, not_before);
CREATE INDEX ix_webhook_endpoints_key_id ON webhook_endpoints (key_id);
CREATE INDEX ix_webhook_deliveries_ended_at ON webhook_deliveries (ended_at);
CREATE INDEX ix_webhook_deliveries_endpoint_id ON webhook_deliveries (endpoint_id);
CREATE INDEX ix_webhook_deliveries_job_id ON webhook_deliveries (job_id);
CREATE INDEX ix_webhook_deliveries_batch_id ON webhook_deliveries (batch_id);
CREATE INDEX ix_webhook_deliveries_key_id_created_at ON webhook_deliveries (key_id, created_at);
CREATE INDEX ix_webhook_deliveries_status_due_at ON webhook_deliveries (status, due_at);
CREATE INDEX ix_uploads_expires_at ON uploads (expires_at);
CREATE INDEX ix_batches_key_id ON batches (key_id);
CREATE INDEX ix_batch_jobs_batch_id ON batch_jobs (batch_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('jobs',7);
INSERT INTO "sqlite_sequence" VALUES('steps',19);
INSERT INTO "sqlite_sequence" VALUES('webhook_deliveries',15);
INSERT INTO "sqlite_sequence" VALUES('attempts',11);
INSERT INTO "sqlite_sequence" VALUES('batches',1);
COMMIT;
