-- Rows as each released schema had them: `-- from-until` says which, and no end is ours.
-- Moments are UTC, as SQLite keeps them. :policy, :mail and the like come from the test.

-- 0001-
INSERT INTO policy_versions (name, digest, source, stored_at) VALUES
  ('default', :digest, :policy, '2026-01-05 01:00:00.000000');
INSERT INTO policy_uses (policy_id, since, "by") VALUES
  (1, '2026-01-05 01:00:00.000000', 'test');
INSERT INTO staff (code, name, email, "role", supervisor, department_head, deputy, active, "language", timezone, quiet_start, quiet_end) VALUES
  ('mara', '张敏', 'mara@example.com', 'account_manager', 'sun', NULL, NULL, TRUE, 'zh_CN', 'Asia/Shanghai', NULL, NULL),
  ('sun', '孙丽', 'sun@example.com', 'supervisor', NULL, NULL, NULL, TRUE, 'zh_CN', 'Asia/Shanghai', NULL, NULL),
  ('dai', '戴维', 'dai@example.com', 'account_manager', NULL, NULL, NULL, TRUE, 'zh_CN', 'Asia/Shanghai', NULL, NULL);
INSERT INTO absences (staff_id, "first", "last") VALUES
  (1, '2026-12-24', '2026-12-31');
INSERT INTO accounts (code, name, tier, calendar, "language", industry, city, signed_on, active) VALUES
  ('ACME', '华东精密科技', 'core', '', 'zh_CN', '', '', '2023-10-20', TRUE);
INSERT INTO contacts (code, account_id, name, title, email, phone, "language", birthday, is_decision_maker) VALUES
  ('C001', 1, '沈国栋', '总经理', 'shen@acme.cn', '+86 512 5555 0001', 'zh_CN', '1980-11-02', TRUE);
INSERT INTO team_members (account_id, staff_id, "role") VALUES
  (1, 3, 'lead_manager');
INSERT INTO forms (deployment, deployment_id) VALUES
  ('take-up-a-ticket', '0b1f6a3e-0000-4000-8000-000000000001');
INSERT INTO outbox (dedup_key, template, reader, recipient, addresses, subject, message_id, fate, held_for, created_at, not_before, expires_at, attempts, leased_until, leased_by, repeated, error, finished_at) VALUES
  ('escalation.digest:sun:2026-10-13T10:30:00+08:00:T-0002/1/2', 'escalation/rungs_climbed', 'staff', 'sun', '["sun@example.com", "mara@example.com"]', '华东精密科技“无法登录（2）”已 24 小时 30 分未接手，需要您处理', '<e605169a905a81e0b0462aaf28731c21@example.com>', 'queued', NULL, '2026-10-13 02:30:00.000000', '2026-10-13 02:30:00.000000', '2026-10-14 02:30:00.000000', 0, NULL, NULL, FALSE, NULL, NULL),
  ('handover.brief:1:dai', 'onboarding/handover_brief', 'staff', 'dai', '["dai@example.com"]', '您接手的客户：华东精密科技，请在 10月15日 周四 11:00 前接受 19 项', '<c32208a072f3e2e6f8b53de5c1e95642@example.com>', 'queued', NULL, '2026-10-13 03:00:00.000000', '2026-10-13 03:00:00.000000', '2026-10-14 03:00:00.000000', 0, NULL, NULL, FALSE, NULL, NULL),
  ('handover.brief:1:mara', 'onboarding/handover_brief', 'staff', 'mara', '["mara@example.com"]', '客户交接：华东精密科技，张敏 → 戴维', '<3559d76c919599f7bfc100a1aef9c3aa@example.com>', 'queued', NULL, '2026-10-13 03:00:00.000000', '2026-10-13 03:00:00.000000', '2026-10-14 03:00:00.000000', 0, NULL, NULL, FALSE, NULL, NULL),
  ('handover.brief:1:sun', 'onboarding/handover_brief', 'staff', 'sun', '["sun@example.com"]', '客户交接：华东精密科技，张敏 → 戴维', '<7af82ee49a1320bcef049caf078713ae@example.com>', 'queued', NULL, '2026-10-13 03:00:00.000000', '2026-10-13 03:00:00.000000', '2026-10-14 03:00:00.000000', 0, NULL, NULL, FALSE, NULL, NULL),
  ('care.prepared:1', 'care/prepared', 'staff', 'dai', '["dai@example.com"]', '请在 10月16日 周五 前批准：致华东精密科技 合作周年的信', '<2e3bdfe07584ccdcdf88d1c0e8810e7f@example.com>', 'queued', NULL, '2026-10-12 22:10:00.000000', '2026-10-12 22:10:00.000000', '2026-10-13 22:10:00.000000', 0, NULL, NULL, FALSE, NULL, NULL),
  ('events.plan:1:0:dai', 'events/plan', 'staff', 'dai', '["dai@example.com"]', '活动筹备计划：2026 客户峰会，12月17日 周四', '<f5a11040085895068e3543e59d06cd85@example.com>', 'queued', NULL, '2026-10-13 04:00:00.000000', '2026-10-13 04:00:00.000000', '2026-10-14 04:00:00.000000', 0, NULL, NULL, FALSE, NULL, NULL),
  ('events.invitation:1:C001:1', 'events/invitation', 'account', 'C001', '["shen@acme.cn"]', '诚邀您出席“2026 客户峰会”，12月17日 周四', '<451460fa921ab46a58ac0b174afcef9d@example.com>', 'held', 'event E-1', '2026-10-13 04:00:00.000000', '2026-10-13 04:00:00.000000', NULL, 0, NULL, NULL, FALSE, NULL, NULL);
INSERT INTO outbox_contents (id, content) VALUES
  (1, :mail),
  (2, :mail),
  (3, :mail),
  (4, :mail),
  (5, :mail),
  (6, :mail),
  (7, :mail);
INSERT INTO audit ("at", actor, action, subject, detail) VALUES
  ('2026-10-12 01:00:00.000000', 'sun', 'added', 'contact C001', '{"file": "contacts.csv"}'),
  ('2026-10-12 02:00:00.000000', 'mara', 'opened', 'ticket T-0001', '{"happened_at": "2026-10-12T10:00:00+08:00", "value": "", "note": ""}'),
  ('2026-10-12 02:00:00.000000', 'mara', 'assigned', 'ticket T-0001', '{"happened_at": "2026-10-12T10:00:00+08:00", "value": "mara", "note": ""}'),
  ('2026-10-12 02:00:00.000000', 'mara', 'opened', 'ticket T-0002', '{"happened_at": "2026-10-12T10:00:00+08:00", "value": "", "note": ""}'),
  ('2026-10-12 02:00:00.000000', 'mara', 'assigned', 'ticket T-0002', '{"happened_at": "2026-10-12T10:00:00+08:00", "value": "mara", "note": ""}'),
  ('2026-10-12 08:00:00.000000', 'mara', 'taken_up', 'ticket T-0001', '{"happened_at": "2026-10-12T16:00:00+08:00", "value": "", "note": ""}');

-- 0001-0002
INSERT INTO tickets (number, account_id, title, first_scene, first_priority, first_tier, scene, priority, tier, owner, state, episode, opened_at, episode_started_at, policy_id, calendar, respond_by, plan_by, resolve_by, responded_at, planned_at, resolved_at, waiting_since, waited_seconds, provisional, ladder, armed, next_look_at) VALUES
  ('T-0001', 1, '无法登录', 'routine', 'normal', 'core', 'routine', 'normal', 'core', 'mara', 'resolved', 1, '2026-10-12 02:00:00.000000', '2026-10-12 02:00:00.000000', 1, '', '2026-10-12 03:00:00.000000', NULL, '2026-10-12 06:00:00.000000', '2026-10-12 08:00:00.000000', '2026-10-14 02:20:00.000000', '2026-10-14 02:20:00.000000', NULL, 0, FALSE, 'standard', '[]', NULL),
  ('T-0002', 1, '无法登录（2）', 'routine', 'normal', 'core', 'routine', 'normal', 'core', 'dai', 'pending', 1, '2026-10-12 02:00:00.000000', '2026-10-12 02:00:00.000000', 1, '', '2026-10-12 03:00:00.000000', NULL, '2026-10-12 06:00:00.000000', NULL, NULL, NULL, NULL, 0, FALSE, 'standard', '[[1, 1791773100.0], [2, 1791799200.0], [3, 1791882000.0]]', '2026-10-13 09:00:00.000000');

-- 0003-
INSERT INTO tickets (number, account_id, title, first_scene, first_priority, first_tier, scene, priority, tier, owner, state, episode, opened_at, episode_started_at, policy_id, calendar, respond_by, plan_by, resolve_by, responded_at, planned_at, resolved_at, waiting_since, waited_seconds, provisional, ladder, armed) VALUES
  ('T-0001', 1, '无法登录', 'routine', 'normal', 'core', 'routine', 'normal', 'core', 'mara', 'resolved', 1, '2026-10-12 02:00:00.000000', '2026-10-12 02:00:00.000000', 1, '', '2026-10-12 03:00:00.000000', NULL, '2026-10-12 06:00:00.000000', '2026-10-12 08:00:00.000000', '2026-10-14 02:20:00.000000', '2026-10-14 02:20:00.000000', NULL, 0, FALSE, 'standard', '[]'),
  ('T-0002', 1, '无法登录（2）', 'routine', 'normal', 'core', 'routine', 'normal', 'core', 'dai', 'pending', 1, '2026-10-12 02:00:00.000000', '2026-10-12 02:00:00.000000', 1, '', '2026-10-12 03:00:00.000000', NULL, '2026-10-12 06:00:00.000000', NULL, NULL, NULL, NULL, 0, FALSE, 'standard', '[[1, 1791773100.0], [2, 1791799200.0], [3, 1791882000.0]]');
INSERT INTO looks (id, "at") VALUES
  (1, NULL),
  (2, '2026-10-13 09:00:00.000000');

-- 0001-
INSERT INTO ticket_events (ticket_id, "at", kind, "by", value, note, recorded_at, source_key) VALUES
  (1, '2026-10-12 02:00:00.000000', 'opened', 'mara', '', '', '2026-10-12 02:00:00.000000', NULL),
  (1, '2026-10-12 02:00:00.000000', 'assigned', '', 'mara', '', '2026-10-12 02:00:00.000000', NULL),
  (2, '2026-10-12 02:00:00.000000', 'opened', 'mara', '', '', '2026-10-12 02:00:00.000000', NULL),
  (2, '2026-10-12 02:00:00.000000', 'assigned', '', 'mara', '', '2026-10-12 02:00:00.000000', NULL),
  (1, '2026-10-12 08:00:00.000000', 'taken_up', 'mara', '', '', '2026-10-12 08:00:00.000000', NULL),
  (1, '2026-10-14 02:20:00.000000', 'resolved', 'mara', '', '', '2026-10-14 02:20:00.000000', NULL),
  (2, '2026-10-13 03:00:00.000000', 'assigned', 'sun', 'dai', '', '2026-10-13 03:00:00.000000', NULL);
INSERT INTO escalations (ticket_id, episode, rung, due_at, decided_at, outcome, deliver_at, stopped_at, recipient, skips) VALUES
  (1, 1, 1, '2026-10-12 02:45:00.000000', '2026-10-12 08:00:00.000000', 'stopped', NULL, '2026-10-12 08:00:00.000000', NULL, '[]'),
  (1, 1, 3, '2026-10-13 09:00:00.000000', '2026-10-14 02:20:00.000000', 'stopped', NULL, '2026-10-14 02:20:00.000000', NULL, '[]'),
  (2, 1, 1, '2026-10-12 02:45:00.000000', '2026-10-13 02:30:00.000000', 'superseded', '2026-10-13 02:30:00.000000', NULL, 'mara', '[]'),
  (2, 1, 2, '2026-10-12 10:00:00.000000', '2026-10-13 02:30:00.000000', 'told', '2026-10-13 02:30:00.000000', NULL, 'sun', '[]');
INSERT INTO notices (escalation_id, recipient, kind, owed_from, mail_id) VALUES
  (3, 'mara', 'copy', '2026-10-13 02:30:00.000000', 1),
  (4, 'sun', 'alert', '2026-10-13 02:30:00.000000', 1);
INSERT INTO breaches (ticket_id, episode, target, due_at, met_at) VALUES
  (1, 1, 'respond', '2026-10-12 03:00:00.000000', '2026-10-12 08:00:00.000000'),
  (1, 1, 'resolve', '2026-10-12 06:00:00.000000', '2026-10-14 02:20:00.000000');

-- 0002-
INSERT INTO agreements (account_id, version, "language", tier, policy_id, terms, drafted_at, drafted_by, document, signed_on, signed_by, signed_for_us, signed_at_place, face_to_face, recorded_at, recorded_by, outdated_at, outdated_why) VALUES
  (1, 1, 'zh_CN', 'core', 1, '{}', '2026-10-12 03:30:00.000000', 'mara', :document, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO file_entries (account_id, kind, "at", "text", "by", recorded_at, owner, due_on, kept_at, kept_by) VALUES
  (1, 'promise', '2026-10-12 03:00:00.000000', '给出备件清单', 'mara', '2026-10-12 03:00:00.000000', 'dai', '2026-10-30', NULL, NULL);
INSERT INTO handovers (account_id, leaving, successor, started_at, started_by, policy_id, accept_by, recording, climbed, accepted_at, next_look_at) VALUES
  (1, 'mara', 'dai', '2026-10-13 03:00:00.000000', 'sun', 1, '2026-10-15 03:00:00.000000', '', 0, NULL, '2026-10-15 03:00:00.000000');
INSERT INTO onboardings (account_id, tier, signed_at, started_at, started_by, predecessor, policy_id, calendar, pauses, progressed_at, completed_at, next_look_at) VALUES
  (1, 'core', '2026-10-12 01:00:00.000000', '2026-10-12 01:00:00.000000', 'mara', NULL, 1, '', '[]', '2026-10-12 03:00:00.000000', NULL, '2026-10-13 03:00:00.000000');
INSERT INTO survey_answers (account_id, dimension, "text", "at", "by", source) VALUES
  (1, 'pain_points', '对延迟交付零容忍', '2026-10-12 03:00:00.000000', 'mara', ''),
  (1, 'goals', '对延迟交付零容忍', '2026-10-12 03:00:00.000000', 'mara', ''),
  (1, 'decision_chain', '对延迟交付零容忍', '2026-10-12 03:00:00.000000', 'mara', '');
INSERT INTO transactions (account_id, reference, kind, "on", cents, currency, "text", ends_on) VALUES
  (1, 'HT-1', 'contract', '2026-01-10', 12000000, 'CNY', '年度框架', '2026-12-31');
INSERT INTO checklist_items (onboarding_id, code, state, settled_at, settled_by, evidence, note) VALUES
  (1, 'survey', 'done', '2026-10-12 03:00:00.000000', '', '', ''),
  (1, 'agreement', 'open', NULL, '', '', ''),
  (1, 'account_file', 'open', NULL, '', '', ''),
  (1, 'team', 'open', NULL, '', '', '');
INSERT INTO handover_items (handover_id, place, kind, "text", details, accepted_at, accepted_by, note) VALUES
  (1, 1, 'red_line', '对延迟交付零容忍', '[["dimension", "red_lines"], ["said_on", "2026-10-12T03:00:00+00:00"], ["recorded_by", "张敏"]]', NULL, NULL, ''),
  (1, 2, 'promise', '给出备件清单', '[["due_on", "2026-10-30"], ["owner", "戴维"], ["said_on", "2026-10-12T03:00:00+00:00"]]', NULL, NULL, ''),
  (1, 3, 'need', '对延迟交付零容忍', '[["dimension", "pain_points"], ["said_on", "2026-10-12T03:00:00+00:00"], ["recorded_by", "张敏"]]', NULL, NULL, ''),
  (1, 4, 'need', '对延迟交付零容忍', '[["dimension", "goals"], ["said_on", "2026-10-12T03:00:00+00:00"], ["recorded_by", "张敏"]]', NULL, NULL, '');

-- 0004-
INSERT INTO touchpoints (account_id, cadence, slot, kind, nominal, "on", starts, minutes, owner, participants, with_customer, state, merged_into, pinned, why, title, policy_id, moves, concluded_on, in_calendars) VALUES
  (1, 'monthly_visit', '2026-10', 'visit', '2026-10-15', '2026-10-15', '10:00:00.000000', 90, 'dai', '[]', FALSE, 'planned', NULL, FALSE, '[["slot", "2026-10-15", ""]]', '', 1, 0, NULL, 'no'),
  (1, 'monthly_visit', '2026-11', 'visit', '2026-11-15', '2026-11-16', '10:00:00.000000', 90, 'dai', '[]', FALSE, 'planned', NULL, FALSE, '[["slot", "2026-11-15", ""], ["day_off", "2026-11-15", ""]]', '', 1, 0, NULL, 'no'),
  (1, 'monthly_visit', '2026-12', 'visit', '2026-12-15', '2026-12-15', '10:00:00.000000', 90, 'dai', '[]', FALSE, 'planned', NULL, FALSE, '[["slot", "2026-12-15", ""]]', '', 1, 0, NULL, 'no'),
  (1, 'quarterly_review', '2026-12', 'review', '2026-12-20', '2026-12-21', '10:00:00.000000', 60, 'dai', '[]', FALSE, 'planned', NULL, FALSE, '[["slot", "2026-12-20", ""], ["day_off", "2026-12-20", ""]]', '', 1, 0, NULL, 'no'),
  (1, '', 'u0001', 'visit', '2026-10-14', '2026-10-14', '10:00:00.000000', 90, 'dai', '[]', FALSE, 'planned', NULL, TRUE, '[["by_hand", "2026-10-14", ""]]', '', 1, 0, NULL, 'no');
INSERT INTO visit_plans (account_id, made_from, planned_until, served, next_slot_on) VALUES
  (1, '', '2027-01-11', '["monthly_visit", "needs_workshop", "quarterly_review"]', '2026-10-17');

-- 0005-
INSERT INTO care_marks (account_id, made_from) VALUES
  (1, '44d813bfb7adfc7bf20650eb935b8301');
INSERT INTO occasions ("key", account_id, contact, contact_code, kind, about, rule, added_on, origin, seen_until, next_on, ended) VALUES
  ('ACME|cooperation_anniversary|signing', 1, '', '', 'cooperation_anniversary', '', '{"yearly": [10, 20], "since": "2023-10-20"}', NULL, 'signing', '2026-10-20', '2027-10-13', FALSE),
  ('ACME|contract_end|contract/HT-1/2026-12-31', 1, '', '', 'contract_end', '年度框架', '{"once": "2026-12-31"}', NULL, 'contract/HT-1/2026-12-31', '2026-10-05', '2026-10-30', FALSE),
  ('ACME|birthday|birthday/C001', 1, '沈国栋', 'C001', 'birthday', '', '{"yearly": [11, 2], "since": "1980-11-02"}', NULL, 'birthday/C001', '2026-10-05', '2026-10-26', FALSE);
INSERT INTO cares (occasion_id, edition, account_id, "on", years, prepare_on, deliver_on, state, skip, late, actions, cents, approval, owner, policy_id, prepared_at, letter, trouble, held_because, released_over, approved_by, approved_at, mail_id, closed_on) VALUES
  (1, 2026, 1, '2026-10-20', 3, '2026-10-13', '2026-10-20', 'prepared', NULL, FALSE, '["letter", "gift", "call"]', 80000, TRUE, 'dai', 1, '2026-10-12 22:10:00.000000', '{"kind": "cooperation_anniversary", "variant": "thanks", "language": "zh_CN", "subject": "合作 3 周年，谢谢您", "salutation": "尊敬的沈总：", "paragraphs": ["写这封信没有别的事，只想向您道一声谢。", "2023年10月20日，华东精密科技选择了与我们合作；到2026年10月20日，整整 3 年。这段日子里，您和同事给了我们许多信任与体谅，我们很珍惜。", "愿今后的合作同样踏实、长久。"], "closing": ["此致", "敬礼！"], "signature": ["KAM Flows", "客户经理　戴维"], "date": "二〇二六年十月二十日"}', NULL, '', '', NULL, NULL, NULL, NULL);
INSERT INTO care_steps (care_id, code, action, due_on, "role", owner, is_approval, done_at, done_by) VALUES
  (1, 'letter_draft', 'letter', '2026-10-15', 'lead_manager', 'dai', FALSE, NULL, NULL),
  (1, 'gift_order', 'gift', '2026-10-15', 'lead_manager', 'dai', FALSE, NULL, NULL),
  (1, 'letter_approval', 'letter', '2026-10-16', 'lead_manager', 'dai', TRUE, NULL, NULL),
  (1, 'gift_handover', 'gift', '2026-10-20', 'lead_manager', 'dai', FALSE, NULL, NULL),
  (1, 'call', 'call', '2026-10-20', 'lead_manager', 'dai', FALSE, NULL, NULL);
INSERT INTO gifts (care_id, account_id, recipient, recipient_name, item, cents, "on", reason, "by", recorded_at) VALUES
  (NULL, 1, 'C001', '沈国栋', '龙井', 20000, '2026-10-13', '', 'dai', '2026-10-13 04:00:00.000000');
INSERT INTO events (kind, name, "on", first_on, starts, minutes, zone, place, organiser, policy_id, planned_at, planned_by, sequence, cancelled_at, reason) VALUES
  ('summit', '2026 客户峰会', '2026-12-17', '2026-12-17', '09:30:00.000000', 420, 'Asia/Shanghai', '上海', 'dai', 1, '2026-10-13 04:00:00.000000', 'dai', 0, NULL, '');
INSERT INTO event_steps (event_id, code, "role", owner, due_on, state, settled_at, settled_by, note, reminded) VALUES
  (1, 'summit_theme', 'executive_sponsor', 'dai', '2026-10-22', 'open', NULL, NULL, '', NULL),
  (1, 'summit_venue', 'support', 'dai', '2026-10-29', 'open', NULL, NULL, '', NULL),
  (1, 'summit_speakers', 'product_manager', 'dai', '2026-11-05', 'open', NULL, NULL, '', NULL),
  (1, 'summit_invitations', 'lead_manager', 'dai', '2026-11-12', 'open', NULL, NULL, '', NULL),
  (1, 'summit_replies', 'lead_manager', 'dai', '2026-12-03', 'open', NULL, NULL, '', NULL),
  (1, 'summit_materials', 'support', 'dai', '2026-12-10', 'open', NULL, NULL, '', NULL),
  (1, 'summit_rehearsal', 'lead_manager', 'dai', '2026-12-15', 'open', NULL, NULL, '', NULL),
  (1, 'summit_day', 'lead_manager', 'dai', '2026-12-17', 'open', NULL, NULL, '', NULL);
INSERT INTO event_guests (event_id, account_id, contact, name, title, address, "language", told, mails, mail_id, reply, note, replied_at, recorded_by) VALUES
  (1, 1, 'C001', '沈国栋', '总经理', 'shen@acme.cn', 'zh_CN', FALSE, 1, 7, NULL, '', NULL, NULL);
-- 0006-
INSERT INTO heartbeats (name, at, place) VALUES
  ('watch', '2026-10-13 04:00:00.000000', '1');
INSERT INTO house_findings (key, kind, "values", found_at, cleared_at) VALUES
  ('calendar:office', 'calendar', '{"calendar": "office", "year": "2028"}', '2026-10-13 04:00:00.000000', NULL),
  ('queue', 'queue', '{}', '2026-10-12 04:00:00.000000', '2026-10-12 04:20:00.000000');
INSERT INTO used_links (signature, flow_run, used_at) VALUES
  ('c2lnbmF0dXJl', '0b7c7a1e-0000-4000-8000-000000000001', '2026-10-13 04:00:00.000000');
INSERT INTO erasures (alias, code, address_digest, at, "by", reason, is_open) VALUES
  ('erased-1', 'C099', '', '2026-10-13 04:00:00.000000', 'dai', '', FALSE);
INSERT INTO restores (at, taken_at, source, released_at) VALUES
  ('2026-10-12 04:00:00.000000', '2026-10-12 02:00:00.000000', 'kam-20261012.db', '2026-10-12 05:00:00.000000');
