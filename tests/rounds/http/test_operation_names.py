"""What calls are named in OpenAPI: promises to whoever generates a client."""

import re

NAMES = """
addAbsence
addNote
answerRecommendation
attendAppointment
bookAppointment
cancelAppointment
changeAccount
checkHealth
checkReadiness
countAppointments
countRecommendations
countTasks
createCalendarFeed
createClinician
createClinicianAddress
createDepartment
createDepartmentAddress
createPatient
createPatientAddress
createPatientProcedure
createProcedure
createRecommendation
createRule
deleteAbsence
deleteClinician
deleteClinicianAddress
deleteDepartment
deleteDepartmentAddress
deleteNote
deletePatient
deletePatientAddress
deletePatientProcedure
deleteProcedure
deleteRecommendation
deleteRule
evaluateFacts
evaluatePatient
explainProblem
findFreeSlots
giveFactFeedback
issueEventTicket
listAbsences
listAccounts
listAddresses
listAppointments
listAuditEvents
listBreakGlassUses
listCalendarFeeds
listClinicians
listDepartments
listEvaluationBatches
listFactFeedback
listNotes
listNotifications
listObservations
listPatientNotes
listPatientProcedures
listPatients
listProcedures
listRecommendations
listRuleVersions
listRules
listTasks
listenToEvents
orderTask
patchClinician
patchDepartment
patchPatient
patchPatientProcedure
patchProcedure
patchRecommendation
patchRule
patchTask
readAddress
readAppointment
readAppointmentCalendar
readAppointmentHistory
readBreakGlassUse
readCalendarFeed
readChart
readClinician
readClinicianAddress
readClinicianCalendar
readDepartment
readDepartmentAddress
readEvaluationBatch
readMetrics
readNote
readNoteFile
readNotePage
readNotification
readObservationCatalogue
readOwnAccount
readPatient
readPatientAddress
readPatientByNhsNumber
readPatientProcedure
readProcedure
readRecommendation
readRule
readTask
readTaskBoard
readTaskSteps
readWorkingHours
rebookAppointment
refreshSession
registerAccount
replaceAppointment
replaceClinician
replaceClinicianAddress
replaceDepartment
replaceDepartmentAddress
replacePatient
replacePatientAddress
replacePatientProcedure
replaceProcedure
replaceRecommendation
replaceRule
replaceWorkingHours
reviewBreakGlassUse
revokeCalendarFeed
signIn
signOut
startEvaluationBatch
summarisePatient
transitionTask
tryExpression
tryRule
verifyAuditTrail
welcome
withdrawFactFeedback
"""


async def test_every_call_has_the_name_that_was_promised(client):
    document = (await client.get("/openapi.json")).json()
    found = sorted(
        operation["operationId"]
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in {"get", "post", "put", "patch", "delete"}
    )
    assert found == NAMES.split()


def test_names_are_camel_case_and_single():
    names = NAMES.split()
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name)] == []
