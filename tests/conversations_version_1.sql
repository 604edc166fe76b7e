-- What the last program of version 1 wrote for two questions, one of them judged.
CREATE TABLE conversations (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, findable TEXT NOT NULL, named INTEGER NOT NULL,
  created_at TEXT NOT NULL, changed_at TEXT NOT NULL, deleted_at TEXT
) STRICT;
CREATE INDEX conversations_by_owner ON conversations (owner, changed_at);
CREATE TABLE turns (
  conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, position INTEGER NOT NULL,
  question TEXT NOT NULL, as_typed INTEGER NOT NULL, filters TEXT NOT NULL, answer TEXT, failure TEXT,
  asked_at TEXT NOT NULL, thumb TEXT, reason TEXT, findable TEXT NOT NULL,
  PRIMARY KEY (conversation, position)
) STRICT;
PRAGMA user_version = 1;
INSERT INTO "conversations" VALUES('ee30e0d94d7d467a917c1178a9476209','lan','Bao nhiêu trường học đóng cửa?',' bao nhiêu trường học đóng cửa bao nhieu truong hoc dong cua',0,'2026-11-22T19:57:50.204799+00:00','2026-11-22T19:57:50.205667+00:00',NULL);
INSERT INTO "turns" VALUES('ee30e0d94d7d467a917c1178a9476209',0,'Bao nhiêu trường học đóng cửa?',0,'{"published_from":null,"published_to":null,"outlets":[]}','{"id":"q1","question":"Bao nhiêu trường học đóng cửa?","status":"answered","text":"Hơn 200 trường học đóng cửa. [1]","understood_as":null,"short_answer":"Hơn 200 trường học","claims":[{"text":"Hơn 200 trường học đóng cửa.","citations":[1],"status":"supported"}],"citations":[{"number":1,"article_id":"a1","source":"lũ.md","title":"Lũ trên sông Hương","outlet":"Tuổi Trẻ","published_on":null,"start":10,"end":37,"quote":"Hơn 200 trường học đóng cửa.","copies":[]}],"conflicts":[],"hits":[],"timings_ms":{},"notes":[],"confidence":0.0,"read_as":null}',NULL,'2026-11-22T19:57:50.205220+00:00','down','thiếu tên trường',' bao nhiêu trường học đóng cửa hơn 200 trường học đóng cửa 1 bao nhieu truong hoc dong cua hon 200 truong hoc dong cua 1');
INSERT INTO "turns" VALUES('ee30e0d94d7d467a917c1178a9476209',1,'Vàng?',0,'{"published_from":null,"published_to":null,"outlets":[]}',NULL,'Đĩa đầy.','2026-11-22T19:57:50.205627+00:00',NULL,NULL,' vàng vang');
